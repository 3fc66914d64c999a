-- Grain: one row a rule of a Great Expectations suite in one validation: of a batch of drafts (stage drafts), or of the
-- tables after publishing (stage published). expectation is its type in snake case; detail is the exception of a rule
-- that crashed, or a few refused values.
create table if not exists content.validations (
    run_id varchar not null,
    plugin varchar,
    stage varchar not null,
    rule varchar not null,
    expectation varchar not null,
    severity varchar not null,
    is_successful boolean not null,
    count_evaluated bigint not null,
    count_unexpected bigint not null,
    detail varchar,
    validated_at timestamp not null
)
