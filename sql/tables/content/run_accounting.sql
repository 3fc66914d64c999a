-- Grain: one row a run and plugin; is_balanced holds when every planned brief has exactly one outcome.
create or replace view content.run_accounting as
with planned as (
    select run_id, plugin, sum(count_briefs) as count_briefs
    from content.run_plan
    group by all
),

settled as (
    select
        run_id,
        plugin,
        count(*) as count_settled,
        count(distinct brief_id) as count_distinct,
        count(*) filter (where state = 'approved') as count_approved,
        count(*) filter (where state = 'fallback') as count_fallback,
        count(*) filter (where state = 'quarantined') as count_quarantined,
        count(*) filter (where state = 'reused') as count_reused,
        count(*) filter (where state = 'failed') as count_failed
    from content.briefs
    group by all
)

select
    planned.run_id,
    planned.plugin,
    cast(planned.count_briefs as bigint) as count_briefs,
    coalesce(settled.count_approved, 0) as count_approved,
    coalesce(settled.count_fallback, 0) as count_fallback,
    coalesce(settled.count_quarantined, 0) as count_quarantined,
    coalesce(settled.count_reused, 0) as count_reused,
    coalesce(settled.count_failed, 0) as count_failed,
    planned.count_briefs = coalesce(settled.count_distinct, 0)
    and coalesce(settled.count_settled, 0) = coalesce(settled.count_distinct, 0)
    and coalesce(settled.count_settled, 0)
    = coalesce(
        settled.count_approved + settled.count_fallback + settled.count_quarantined
        + settled.count_reused + settled.count_failed, 0
    ) as is_balanced
from planned
left join settled using (run_id, plugin)
