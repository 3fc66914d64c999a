-- Grain: one row a text that a decision had retired, live again unless its brief has a live text or another brief has the
-- same words live; gives its text_id.
update content.texts
set retired_at = null, retired_reason = null
where
    list_contains($text_ids, text_id)
    and not exists (
        from content.texts as others
        where
            others.retired_at is null
            and (
                others.brief_id = $brief_id
                or (
                    others.plugin = content.texts.plugin
                    and others.locale = content.texts.locale
                    and others.body = content.texts.body
                )
            )
    )
returning text_id
