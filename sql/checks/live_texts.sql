-- Grain: one row a live text of the locale's language.
select
    plugin,
    scenario,
    subject_id,
    body
from content.texts
where retired_at is null and split_part(locale, '-', 1) = split_part($locale, '-', 1)
