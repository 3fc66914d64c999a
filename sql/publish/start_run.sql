-- Grain: one row, the run $run_id, which begins.
insert into content.runs (run_id, started_at, state, settings, model_hash)
values ($run_id, $moment, 'running', $settings, $model_hash)
