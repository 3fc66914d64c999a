-- Grain: one row a waiting approval of the covered (scenario, plugin) pairs whose brief is not planned any more.
update content.approvals
set state = 'replaced', decided_at = $moment, reason = 'the scenario no longer speaks about this subject'
where
    state = 'waiting'
    and (scenario, plugin) in (select (scenario, plugin) from covered_pairs)
    and brief_id not in (select brief_id from planned_briefs)
