-- Grain: one row a text that a decision had retired, live again unless its brief has a live text; gives its text_id.
update content.texts
set retired_at = null, retired_reason = null
where
    list_contains($text_ids, text_id)
    and not exists (
        from content.texts as others
        where others.brief_id = $brief_id and others.retired_at is null
    )
returning text_id
