-- Grain: one row a claim of a published text with the cell that supports it, as it was when the text was published.
create table if not exists content.claims (
    text_id varchar not null,
    sentence_index integer not null,
    claim varchar not null,
    kind varchar not null,
    source_table varchar not null,
    source_column varchar not null,
    source_key varchar not null,
    source_value varchar not null
)
