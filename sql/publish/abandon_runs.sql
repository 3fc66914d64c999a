-- Grain: one row a run that was killed: it is still marked as running while nobody holds the run lock.
update content.runs
set state = 'abandoned', ended_at = $moment, reason = 'the process ended before the run did'
where state = 'running'
returning run_id
