-- Grain: one row a training pair of the approval whose accepted text was refused later; gives its entry.
update content.training_pairs
set withdrawn_at = $moment
where approval_id = $approval_id and accepted_text is not null and withdrawn_at is null
returning entry
