-- Grain: one row a scenario: its latest version up to the end of the run $run_id (of all, where $run_id is null).
with runs as (
    select max(coalesce(ended_at, timestamp 'infinity')) as ended_at
    from content.runs
    where run_id = $run_id
)

select
    scenarios.scenario,
    coalesce(scenarios.title, scenarios.scenario) as title,
    scenarios.version,
    scenarios.goal,
    scenarios.season,
    scenarios.channel,
    scenarios.tone,
    scenarios.locale,
    scenarios.priority,
    scenarios.count_customers,
    scenarios.count_added,
    scenarios.count_removed,
    scenarios.count_products,
    scenarios.state,
    scenarios.reason,
    scenarios.run_id = $run_id as is_new
from content.scenarios
cross join runs
where
    $run_id is null
    or scenarios.run_id = $run_id
    or scenarios.built_at <= runs.ended_at
qualify row_number() over (partition by scenarios.scenario order by scenarios.version desc) = 1
order by scenarios.priority, scenarios.scenario
