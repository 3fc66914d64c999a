-- Grain: one row an earlier approved text, which the copywriter learns from; kind is the content type's name.
-- facts (JSON object, name to value) is what the text was written from, where the archive knows it.
create table if not exists shop.copy (
    copy_id varchar not null,
    product_id varchar,
    kind varchar not null,
    locale varchar not null default 'en',
    tone varchar,
    goal varchar,
    body varchar not null,
    facts json,
    approved_at timestamp
)
