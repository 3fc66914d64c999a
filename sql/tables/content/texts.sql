-- Grain: one row a published text; live while retired_at is null; written_by is model, fallback or person;
-- subject says what subject_id names: a product, a segment or a question (only the first two are in the feed).
create table if not exists content.texts (
    text_id varchar not null,
    run_id varchar not null,
    brief_id varchar not null,
    scenario varchar not null,
    plugin varchar not null,
    subject_id varchar not null,
    locale varchar not null,
    body varchar not null,
    written_by varchar not null,
    model_hash varchar,
    brief_hash varchar not null,
    published_at timestamp not null,
    retired_at timestamp,
    retired_reason varchar,
    subject varchar not null default 'product'
)
