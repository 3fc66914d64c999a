-- Grain: one row an entry of the approval behind the published text $text_id, in order; none for a text that no person saw.
with behind as (
    select approval_id
    from content.approvals
    where text_id = $text_id
    union
    select approval_id
    from content.approval_log
    where json_extract_string(before, '$.published') = $text_id
)

select
    approval_log.approval_id,
    approval_log.entry,
    approval_log.action,
    approval_log.who,
    approval_log.done_at,
    approval_log.body_hash,
    approval_log.reason,
    approval_log.undoes
from content.approval_log
inner join behind using (approval_id)
order by approval_log.approval_id, approval_log.entry
