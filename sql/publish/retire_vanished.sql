-- Grain: one row a live text of the covered (scenario, plugin) pairs whose brief is not planned any more.
update content.texts
set retired_at = $moment, retired_reason = $reason
where retired_at is null
    and exists (
        from covered_pairs
        where covered_pairs.scenario = content.texts.scenario and covered_pairs.plugin = content.texts.plugin
    )
    and brief_id not in (select brief_id from planned_briefs)
returning text_id
