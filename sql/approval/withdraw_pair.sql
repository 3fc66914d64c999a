-- Grain: at most one row, the training pair that the entry $entry of the approval made.
update content.training_pairs
set withdrawn_at = $moment
where approval_id = $approval_id and entry = $entry and withdrawn_at is null
