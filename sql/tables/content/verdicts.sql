-- Grain: one row an outcome of one check on one draft (on one sentence of it where sentence_index is not null).
create table if not exists content.verdicts (
    run_id varchar not null,
    draft_id varchar not null,
    check_name varchar not null,
    rule varchar not null,
    is_passed boolean not null,
    sentence_index integer,
    claim varchar,
    reason varchar
)
