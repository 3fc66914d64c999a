-- Grain: one row a live text of the brief; gives its text_id.
update content.texts
set retired_at = $moment, retired_reason = $reason
where brief_id = $brief_id and retired_at is null
returning text_id
