-- Grain: one row a claim of a live text whose cell has another value among the facts that a run has read (temp table
-- settled_cells), in the same language, and which none of those facts bears out. Whether both mean the same is for
-- tasks.checks.contradictions to say.
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
    and not exists (
        from settled_cells as same
        where
            same.source_table = claims.source_table
            and same.source_column = claims.source_column
            and same.source_key = claims.source_key
            and same.language = cells.language
            and same.value = claims.source_value
    )
order by all
