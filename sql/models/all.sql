-- Grain: one row a copywriter with when it was last put in use, the newest first.
with last_uses as (
    select model_hash, max(used_at) as used_at
    from content.model_uses
    group by model_hash
)

select
    models.model_hash,
    models.folder,
    models.base,
    models.revision,
    models.state,
    models.created_at,
    last_uses.used_at,
    cast(models.corpus as varchar) as corpus,
    cast(models.settings as varchar) as settings,
    cast(models.figures as varchar) as figures
from content.models
left join last_uses using (model_hash)
order by models.created_at desc, models.model_hash
