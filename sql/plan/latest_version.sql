-- Grain: at most one row: the latest version of a scenario.
select
    scenario_version_id,
    version,
    state,
    reason,
    definition_hash,
    audience_hash,
    count_customers,
    count_products
from content.scenarios
where scenario = $scenario
order by version desc
limit 1
