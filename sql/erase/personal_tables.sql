-- Grain: one row a table, outside the marts, that says of whom a row is.
select
    columns.schema_name,
    columns.table_name
from duckdb_columns() as columns
inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
where
    columns.database_name = current_database()
    and columns.column_name = 'customer_id'
    and columns.schema_name in ('shop', 'staging', 'content')
order by all
