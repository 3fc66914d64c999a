-- Grain: one row an erasure of a person: a receipt that holds nothing of them. customer_hash is SHA-256 over a key and the
-- customer_id; the key is told once to whoever erased and kept nowhere, so that nobody can try ids against the hash.
-- counts is a JSON object of table to rows; text_ids were retired, model_hashes had learnt from texts that the data
-- touched.
create table if not exists content.erasures (
    erasure_id varchar not null,
    customer_hash varchar not null,
    erased_at timestamp not null,
    counts json not null,
    text_ids varchar[] not null,
    model_hashes varchar[] not null
)
