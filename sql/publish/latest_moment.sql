-- Grain: one row; the latest moment that the content tables know. A clock that was set back must not publish before it.
select
    greatest(
        (select max(greatest(started_at, coalesce(ended_at, started_at))) from content.runs),
        (select max(greatest(published_at, coalesce(retired_at, published_at))) from content.texts),
        (select max(settled_at) from content.briefs),
        (select max(quarantined_at) from content.quarantine),
        (select max(done_at) from content.approval_log)
    ) as latest_moment
