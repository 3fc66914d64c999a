-- Grain: adds one row a record that could not be parsed, from lists of equal length.
insert into shop.load_rejects by name
select
    $load_id as load_id,
    $file as file,
    unnest($lines::bigint[]) as line,
    $table_name as table_name,
    unnest($reasons::varchar[]) as reason
