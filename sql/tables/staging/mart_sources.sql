-- Grain: one row a source of the marts and part of it (a Parquet file; '' for a table): what the marts were built from.
-- The rows of a part are known again by their number and two sums over their hashes; last_place is the last row of a
-- table. Without rows here the marts are built anew.
create table if not exists staging.mart_sources (
    source varchar not null,
    part varchar not null,
    count_rows bigint not null,
    hash_xor ubigint not null,
    hash_sum hugeint not null,
    last_place bigint not null
)
