-- Grain: one row a candidate text of a brief in a run; log_likelihood is the mean a token, in nats; text is after slots were filled.
create table if not exists content.drafts (
    draft_id varchar not null,
    run_id varchar not null,
    brief_id varchar not null,
    candidate integer not null,
    text varchar not null,
    written_by varchar not null,
    log_likelihood double,
    model_hash varchar,
    seed bigint,
    is_chosen boolean not null
)
