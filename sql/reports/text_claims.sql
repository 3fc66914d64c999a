-- Grain: one row a claim of the published text $text_id, in the order of the text.
select
    sentence_index,
    claim,
    kind,
    source_table,
    source_column,
    source_key,
    source_value
from content.claims
where text_id = $text_id
order by sentence_index, claim, kind, source_table, source_column, source_key
