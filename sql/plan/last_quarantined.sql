-- Grain: one row a subject of the scenario and plugin whose brief was ever quarantined: its hash the last time. What a
-- person approved since is no longer in quarantine.
select
    brief_id,
    arg_max(brief_hash, quarantined_at) as brief_hash
from content.quarantine
where
    scenario = $scenario
    and plugin = $plugin
    and (brief_id, brief_hash) not in (
        select (brief_id, brief_hash) from content.approvals where state = 'approved'
    )
group by brief_id
