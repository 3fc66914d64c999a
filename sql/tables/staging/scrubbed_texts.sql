-- Grain: one row a review or question (source_table, source_key) with its text after personal data was taken out.
-- source_hash is the md5 of the original, so that a changed original is scrubbed again. The original stays in shop.
create table if not exists staging.scrubbed_texts (
    source_table varchar not null,
    source_key varchar not null,
    source_hash varchar not null,
    body varchar not null,
    count_removed integer not null
)
