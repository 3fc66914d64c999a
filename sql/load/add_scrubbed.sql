-- Grain: adds one row a scrubbed text, from lists of equal length.
insert into staging.scrubbed_texts by name
select
    unnest($tables::varchar[]) as source_table,
    unnest($keys::varchar[]) as source_key,
    unnest($digests::varchar[]) as source_hash,
    unnest($bodies::varchar[]) as body,
    unnest($counts::integer[]) as count_removed
