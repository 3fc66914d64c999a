-- Grain: a macro; fact(name, value, table, column, key) is one fact with the cell that it comes from.
create or replace temp macro fact(name, value, source_table, source_column, source_key) as struct_pack(
    name := cast(name as varchar),
    value := cast(value as varchar),
    source_table := cast(source_table as varchar),
    source_column := cast(source_column as varchar),
    source_key := cast(source_key as varchar)
)
