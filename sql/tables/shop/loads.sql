-- Grain: one row a file loaded into a table; count_read = count_kept + count_merged + count_refused.
create table if not exists shop.loads (
    load_id varchar not null,
    source_kind varchar not null,
    file varchar not null,
    file_hash varchar not null,
    table_name varchar not null,
    count_read bigint not null,
    count_kept bigint not null,
    count_merged bigint not null,
    count_refused bigint not null,
    loaded_at timestamp not null
)
