-- Grain: one row; how many texts each view of the review page holds.
with last_brief as (
    select *
    from content.briefs
    qualify row_number() over (partition by brief_id order by settled_at desc, run_id desc) = 1
)

select
    count(*) filter (where state = 'waiting' and tier = 'review') as waiting,
    count(*) filter (where state = 'waiting' and tier = 'sample') as audits,
    (
        select count(*)
        from last_brief
        where
            state = 'quarantined'
            and (brief_id, brief_hash) not in (
                select (brief_id, brief_hash) from content.approvals where state <> 'replaced'
            )
    ) as quarantined,
    count(*) filter (where state in ('approved', 'rejected')) as decided
from content.approvals
