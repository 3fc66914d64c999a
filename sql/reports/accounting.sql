-- Grain: one row a plugin of the run $run_id.
select
    plugin,
    count_briefs,
    count_approved,
    count_fallback,
    count_quarantined,
    count_reused,
    count_failed,
    is_balanced
from content.run_accounting
where run_id = $run_id
order by plugin
