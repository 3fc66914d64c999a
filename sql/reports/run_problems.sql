-- Grain: one row a problem that the run went on without.
select problem
from content.run_problems
where run_id = $run_id
order by number
