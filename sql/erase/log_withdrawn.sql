-- Grain: one entry a text that waits for a person and counts data of the customer; names the same rows as
-- withdraw_waiting.
insert into content.approval_log by name
with entries as (
    select approval_id, max(entry) as entry
    from content.approval_log
    group by approval_id
)

select
    approvals.approval_id,
    coalesce(entries.entry, 0) + 1 as entry,
    'replaced' as action,
    'an erasure' as who,
    $moment as done_at,
    approvals.body_hash,
    approvals.body,
    'stale: it counted data of a customer who was erased' as reason
from content.approvals
left join entries using (approval_id)
where
    approvals.state = 'waiting'
    and (approvals.run_id, approvals.brief_id) in (select (run_id, brief_id) from touched_briefs)
