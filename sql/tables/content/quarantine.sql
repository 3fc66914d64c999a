-- Grain: one row a run and brief without a publishable draft; reasons is a JSON list of {check, rule, claim, reason}.
create table if not exists content.quarantine (
    run_id varchar not null,
    brief_id varchar not null,
    brief_hash varchar not null,
    scenario varchar not null,
    plugin varchar not null,
    subject_id varchar not null,
    step varchar not null,
    reasons json not null,
    quarantined_at timestamp not null
)
