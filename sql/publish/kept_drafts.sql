-- Grain: one row a request to the copywriter whose answer was kept by a run that did not complete.
select request_hash, any_value(drafts) as drafts
from content.draft_cache
group by request_hash
