-- Grain: one row a column of free text of a table outside the marts; keys, hashes and paths are not free text.
select
    columns.schema_name,
    columns.table_name,
    columns.column_name,
    columns.data_type
from duckdb_columns() as columns
inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
where
    columns.database_name = current_database()
    and columns.schema_name in ('shop', 'staging', 'content')
    and columns.data_type in ('VARCHAR', 'JSON')
    -- What stands in another customer's own row is theirs, namesake or shared telephone.
    and (columns.schema_name, columns.table_name) not in (('content', 'erasures'), ('shop', 'customers'))
    and not regexp_matches(columns.column_name, '(_id|_hash|_key)$|^(folder|file)$')
order by all
