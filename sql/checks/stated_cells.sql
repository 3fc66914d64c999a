-- Grain: one row a cell that a live text about one of the subjects $subject_ids (of kind $subject) states, in the
-- locale's language.
select distinct
    texts.subject_id,
    texts.scenario,
    texts.plugin,
    claims.source_table,
    claims.source_column,
    claims.source_key,
    claims.source_value
from content.texts
inner join content.claims using (text_id)
where
    texts.retired_at is null
    and texts.subject = $subject
    and list_contains($subject_ids, texts.subject_id)
    and split_part(texts.locale, '-', 1) = split_part($locale, '-', 1)
order by all
