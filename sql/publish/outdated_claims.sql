-- Grain: one row a claim of a live text whose cell has another value among the facts that were just settled (temp table
-- settled_cells), in the same language. Only a person or tasks.publish_content can say whether both mean the same.
select distinct
    texts.text_id,
    claims.source_table,
    claims.source_column,
    claims.source_key,
    claims.source_value as stated_value,
    cells.value as settled_value
from content.texts
inner join content.claims using (text_id)
inner join settled_cells as cells
    on
    claims.source_table = cells.source_table
    and claims.source_column = cells.source_column
    and claims.source_key = cells.source_key
    and split_part(texts.locale, '-', 1) = cells.language
where
    texts.retired_at is null
    and claims.source_value <> cells.value
order by all
