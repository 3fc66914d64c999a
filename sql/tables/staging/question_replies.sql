-- Grain: one row an open question (no answer yet), with what was decided about it: answer or handover.
-- fact_names are the product facts and policies that the reply states (empty for a hand-over); reply is composed from
-- them alone; summary is for the person who takes a hand-over. question_hash is of the scrubbed text.
create table if not exists staging.question_replies (
    question_id varchar not null,
    product_id varchar,
    question_hash varchar not null,
    decision varchar not null,
    intent varchar not null,
    reply varchar not null,
    fact_names varchar[] not null,
    summary varchar not null
)
