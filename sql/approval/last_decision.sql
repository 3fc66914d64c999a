-- Grain: at most one row: the last decision that was not undone, on the approval $approval_id or by the person $who.
with undone as (
    select approval_id, undoes as entry
    from content.approval_log
    where action = 'undone'
)

select *
from content.approval_log
where
    action in ('approved', 'edited', 'rejected')
    and ($approval_id is null or approval_id = $approval_id)
    and ($who is null or lower(who) = lower($who))
    and (approval_id, entry) not in (select (approval_id, entry) from undone)
order by done_at desc, entry desc
limit 1
