-- Grain: one entry a waiting approval that the batch (temp table settled_briefs) replaces; must name the same rows as
-- replace_waiting.
insert into content.approval_log by name
with replaced as (
    select approvals.*
    from content.approvals
    inner join settled_briefs using (brief_id)
    where
        approvals.state = 'waiting'
        and (settled_briefs.has_new_text or settled_briefs.brief_hash <> approvals.brief_hash)
),

entries as (
    select approval_id, max(entry) as entry
    from content.approval_log
    group by approval_id
)

select
    replaced.approval_id,
    coalesce(entries.entry, 0) + 1 as entry,
    'replaced' as action,
    $who as who,
    $moment as done_at,
    replaced.body_hash,
    replaced.body,
    'its facts changed or it was written again' as reason
from replaced
left join entries using (approval_id)
