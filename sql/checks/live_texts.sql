-- Grain: one row a live text.
select
    plugin,
    scenario,
    subject_id,
    body
from content.texts
where retired_at is null and locale = $locale
