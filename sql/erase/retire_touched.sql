-- Grain: one row a live text of a touched brief; gives its text_id. The next run writes it again from what is left.
update content.texts
set retired_at = $moment, retired_reason = 'stale: it counted data of a customer who was erased'
where
    retired_at is null
    and (run_id, brief_id) in (select (run_id, brief_id) from touched_briefs)
returning text_id
