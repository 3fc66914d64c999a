-- Grain: one row, the run $run_id, which ends as $state.
update content.runs
set state = $state, ended_at = $moment, reason = $reason
where run_id = $run_id
