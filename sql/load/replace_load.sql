-- Grain: deletes the row of a load that is done again, unless the file brought nothing new.
delete from shop.loads
where load_id = $load_id
    and table_name = $table_name
    and $count_written > 0
