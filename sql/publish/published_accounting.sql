-- Grain: one row a plugin of the run $run_id: whether its briefs are the sum of their outcomes.
select
    row_number() over (order by plugin) as row_id,
    plugin,
    is_balanced
from content.run_accounting
where run_id = $run_id
order by plugin
