-- Grain: one row, the approval $approval_id as a decision or an undo leaves it.
update content.approvals
set
    body = $body,
    body_hash = $body_hash,
    written_by = $written_by,
    claims = $claims,
    state = $state,
    text_id = $text_id,
    edited_by = $edited_by,
    decided_by = $decided_by,
    decided_at = $decided_at,
    reason = $reason
where approval_id = $approval_id
