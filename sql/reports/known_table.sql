-- Grain: one row where content.$name exists: a warehouse that an older version made lacks the newest tables until a run.
select table_name
from duckdb_tables()
where schema_name = 'content' and table_name = $name
