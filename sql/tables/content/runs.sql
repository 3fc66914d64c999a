-- Grain: one row a run of produce-content; state is running, completed, failed or abandoned; settings is a JSON object.
create table if not exists content.runs (
    run_id varchar not null,
    started_at timestamp not null,
    ended_at timestamp,
    state varchar not null,
    settings json not null,
    model_hash varchar,
    reason varchar
)
