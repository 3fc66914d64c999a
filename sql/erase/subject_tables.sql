-- Grain: one row a table of content whose rows name the subject that a text is about.
select
    columns.schema_name,
    columns.table_name
from duckdb_columns() as columns
inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
where
    columns.database_name = current_database()
    and columns.schema_name = 'content'
    and columns.column_name = 'subject_id'
order by all
