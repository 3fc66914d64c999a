-- Grain: deletes the scrubbed texts with the given ($tables, $keys), pair by pair.
delete from staging.scrubbed_texts
using (select unnest($tables::varchar[]) as source_table, unnest($keys::varchar[]) as source_key) as given
where scrubbed_texts.source_table = given.source_table
    and scrubbed_texts.source_key = given.source_key
