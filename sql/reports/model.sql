-- Grain: one row; the copywriter $model_hash, or the one in use where $model_hash is null.
select
    model_hash,
    base,
    corpus,
    settings,
    figures,
    state,
    created_at
from content.models
where
    model_hash = $model_hash
    or ($model_hash is null and state = 'in_use')
order by created_at desc
limit 1
