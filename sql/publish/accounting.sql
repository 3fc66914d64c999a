-- Grain: one row a plugin of the run $run_id.
select * from content.run_accounting
where run_id = $run_id
order by plugin
