-- Grain: one row a time a copywriter was put in use, the latest first.
select model_hash, used_at, reason
from content.model_uses
order by used_at desc
