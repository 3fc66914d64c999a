-- Grain: one row a text that waits for a person and counts data of the customer.
update content.approvals
set state = 'replaced', decided_at = $moment, reason = 'stale: it counted data of a customer who was erased'
where
    state = 'waiting'
    and (run_id, brief_id) in (select (run_id, brief_id) from touched_briefs)
