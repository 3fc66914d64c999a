-- Grain: one row a published text, newest first; state is live or retired; a parameter that is null does not narrow.
select
    text_id,
    scenario,
    plugin,
    subject_id,
    case when retired_at is null then 'live' else 'retired' end as state,
    written_by,
    published_at,
    body
from content.texts
where
    ($scenario is null or scenario = $scenario)
    and ($plugin is null or plugin = $plugin)
    and (
        $state is null
        or case when retired_at is null then 'live' else 'retired' end = $state
        or written_by = $state
    )
order by published_at desc, scenario, plugin, subject_id, text_id
limit $max_rows
