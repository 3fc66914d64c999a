-- Grain: one row, the run $run_id.
select * from content.runs
where run_id = $run_id
