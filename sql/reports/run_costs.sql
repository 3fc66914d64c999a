-- Grain: one row a step of the run $run_id, with its share of the run's processor time.
select
    costs.step,
    costs.processor_seconds,
    costs.wall_seconds,
    costs.count_briefs,
    costs.processor_seconds / nullif(run.processor_seconds, 0) as share_processor
from content.run_costs as costs
inner join content.run_costs as run on costs.run_id = run.run_id and run.step = 'run'
where costs.run_id = $run_id
order by costs.step
