-- Grain: one row a training pair of the approval that the undone decision had taken back.
update content.training_pairs
set withdrawn_at = null
where approval_id = $approval_id and list_contains($entries, entry)
