-- Grain: one row a scenario version of $version_ids, with the risk tier that its header states (null for most).
select
    scenario,
    json_extract_string(definition, '$.risk_tier') as risk_tier
from content.scenarios
where list_contains($version_ids, scenario_version_id)
