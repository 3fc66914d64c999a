-- Grain: adds the row of a file loaded into a table, where it has none.
insert into shop.loads by name
select
    $load_id as load_id,
    $source_kind as source_kind,
    $file as file,
    $file_hash as file_hash,
    $table_name as table_name,
    $count_read as count_read,
    $count_kept as count_kept,
    $count_merged as count_merged,
    $count_refused as count_refused,
    cast(current_timestamp at time zone 'UTC' as timestamp) as loaded_at
where not exists (select 1 from shop.loads where load_id = $load_id and table_name = $table_name)
