-- Grain: one row; how many texts of the run $run_id are live for a scenario whose last version is not ready.
with last_version as (
    select scenario, arg_max(state, built_at) as state
    from content.scenarios
    group by scenario
)

select count(*) as count_broken
from content.texts
join last_version using (scenario)
where content.texts.run_id = $run_id and retired_at is null and last_version.state <> 'ready'
