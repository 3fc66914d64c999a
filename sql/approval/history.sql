-- Grain: one row an entry of the approval's log, latest first.
select entry, action, who, done_at, body, reason, undoes
from content.approval_log
where approval_id = $approval_id
order by entry desc
