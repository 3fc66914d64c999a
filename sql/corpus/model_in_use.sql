-- Grain: the copywriter in use, at most one row.
select model_hash, folder, figures
from content.models
where state = 'in_use'
order by created_at desc
limit 1
