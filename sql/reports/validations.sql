-- Grain: one row a stage, plugin and rule of the Great Expectations suites in the run $run_id, over all its batches.
select
    stage,
    coalesce(plugin, 'all') as plugin,
    rule,
    any_value(expectation) as expectation,
    any_value(severity) as severity,
    bool_and(is_successful) as is_successful,
    count(*) as count_batches,
    cast(sum(count_evaluated) as bigint) as count_evaluated,
    cast(sum(count_unexpected) as bigint) as count_unexpected,
    min(detail) as detail
from content.validations
where run_id = $run_id
group by stage, plugin, rule
order by stage desc, plugin, is_successful, rule
