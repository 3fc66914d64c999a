-- Grain: one row a refused row of a loaded file.
create table if not exists shop.load_rejects (
    load_id varchar not null,
    file varchar not null,
    line bigint not null,
    table_name varchar not null,
    reason varchar not null
)
