-- Grain: one entry a waiting approval whose brief is not planned any more; must name the same rows as
-- replace_waiting_vanished.
insert into content.approval_log by name
with vanished as (
    select *
    from content.approvals
    where
        state = 'waiting'
        and (scenario, plugin) in (select (scenario, plugin) from covered_pairs)
        and brief_id not in (select brief_id from planned_briefs)
),

entries as (
    select approval_id, max(entry) as entry
    from content.approval_log
    group by approval_id
)

select
    vanished.approval_id,
    coalesce(entries.entry, 0) + 1 as entry,
    'replaced' as action,
    $who as who,
    $moment as done_at,
    vanished.body_hash,
    vanished.body,
    'the scenario no longer speaks about this subject' as reason
from vanished
left join entries using (approval_id)
