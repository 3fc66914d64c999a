-- Grain: at most one row, another brief's live text of the plugin and locale with the same words.
select subject_id, scenario
from content.texts
where
    retired_at is null
    and plugin = $plugin
    and locale = $locale
    and body = $body
    and brief_id <> $brief_id
order by text_id
limit 1
