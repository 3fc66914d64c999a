-- Grain: one row a run, newest first, at most $max_rows.
with settled as (
    select
        run_id,
        count(*) as count_briefs,
        count(*) filter (where state = 'approved') as count_approved,
        count(*) filter (where state = 'fallback') as count_fallback,
        count(*) filter (where state = 'quarantined') as count_quarantined,
        count(*) filter (where state = 'reused') as count_reused,
        count(*) filter (where state = 'failed') as count_failed
    from content.briefs
    group by run_id
)

select
    runs.run_id,
    runs.started_at,
    round(epoch(runs.ended_at - runs.started_at), 1) as seconds,
    runs.state,
    runs.model_hash,
    coalesce(settled.count_briefs, 0) as count_briefs,
    coalesce(settled.count_approved, 0) as count_approved,
    coalesce(settled.count_fallback, 0) as count_fallback,
    coalesce(settled.count_quarantined, 0) as count_quarantined,
    coalesce(settled.count_reused, 0) as count_reused,
    coalesce(settled.count_failed, 0) as count_failed,
    runs.reason
from content.runs
left join settled using (run_id)
order by runs.started_at desc, runs.run_id desc
limit $max_rows
