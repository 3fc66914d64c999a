-- Grain: one row; the run $run_id, or the latest where $run_id is null.
select
    run_id,
    started_at,
    ended_at,
    state,
    settings,
    model_hash,
    reason
from content.runs
where $run_id is null or run_id = $run_id
order by started_at desc, run_id desc
limit 1
