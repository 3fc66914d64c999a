-- Grain: one row a subject of the scenario and plugin whose brief was ever quarantined: its hash the last time.
select
    brief_id,
    arg_max(brief_hash, quarantined_at) as brief_hash
from content.quarantine
where scenario = $scenario and plugin = $plugin
group by brief_id
