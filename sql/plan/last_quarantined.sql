-- Grain: one row a subject of the scenario and plugin whose brief was ever quarantined: its hash the last time. A text
-- that waited for a person is in quarantine only while it waits, or once it is rejected.
with settled_by_people as (
    select brief_id, brief_hash
    from content.approvals
    group by brief_id, brief_hash
    having not bool_or(state in ('waiting', 'rejected'))
)

select
    brief_id,
    arg_max(brief_hash, quarantined_at) as brief_hash
from content.quarantine
where
    scenario = $scenario
    and plugin = $plugin
    and (brief_id, brief_hash) not in (select (brief_id, brief_hash) from settled_by_people)
group by brief_id
