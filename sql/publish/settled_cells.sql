-- Grain: one row a cell and value that a brief of the run $run_id has read, by language.
create or replace temp table settled_cells as
with facts as (
    select
        split_part(locale, '-', 1) as language,
        unnest(from_json(
            facts,
            '[{"value": "VARCHAR", "source_table": "VARCHAR", "source_column": "VARCHAR", "source_key": "VARCHAR"}]'
        )) as fact
    from content.briefs
    where run_id = $run_id
)

select distinct
    language,
    fact.source_table,
    fact.source_column,
    fact.source_key,
    fact.value
from facts
