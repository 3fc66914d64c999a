-- Grain: one row; the number that the next entry of the approval's log gets.
select coalesce(max(entry), 0) + 1 as entry
from content.approval_log
where approval_id = $approval_id
