-- Grain: one row a view of the shop (Parquet read in place) that says of whom a row is.
select
    columns.schema_name,
    columns.table_name
from duckdb_columns() as columns
inner join duckdb_views() as views
    on columns.database_name = views.database_name
    and columns.schema_name = views.schema_name
    and columns.table_name = views.view_name
where
    columns.database_name = current_database()
    and columns.column_name = 'customer_id'
    and columns.schema_name = 'shop'
order by all
