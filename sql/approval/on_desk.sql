-- Grain: one row an approval of the brief under this hash that was not replaced.
select approval_id
from content.approvals
where brief_id = $brief_id and brief_hash = $brief_hash and state <> 'replaced'
