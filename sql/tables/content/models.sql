-- Grain: one row a copywriter; model_hash is the SHA-256 over its weights and tokenizer files; state is candidate, in_use or retired.
-- corpus and figures are JSON objects (fingerprint and counts; perplexity, approval, memorisation, seconds, curve).
create table if not exists content.models (
    model_hash varchar not null,
    folder varchar not null,
    base varchar,
    revision varchar,
    corpus json not null,
    settings json not null,
    figures json not null,
    state varchar not null,
    created_at timestamp not null
)
