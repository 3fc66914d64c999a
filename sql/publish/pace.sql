-- Grain: one row; seconds a written brief took in the last completed runs that wrote at least 50.
with written as (
    select run_id, count(*) as count_written
    from content.briefs
    where state in ('approved', 'fallback', 'quarantined') and prompt is not null
    group by run_id
),

paced as (
    select
        content.runs.started_at,
        epoch(content.runs.ended_at - content.runs.started_at) / written.count_written as seconds_a_brief
    from content.runs
    join written using (run_id)
    where content.runs.state = 'completed' and written.count_written >= 50
    order by content.runs.started_at desc
    limit 5
)

select median(seconds_a_brief) as seconds_a_brief from paced
