-- Grain: one row a run and brief, written when the brief is settled. facts is a JSON list of
-- {name, value, source_table, source_column, source_key}; state is approved, fallback, quarantined, reused or failed.
create table if not exists content.briefs (
    run_id varchar not null,
    brief_id varchar not null,
    brief_hash varchar not null,
    scenario varchar not null,
    scenario_version_id varchar,
    plugin varchar not null,
    subject_id varchar not null,
    locale varchar not null,
    facts json not null,
    prompt varchar,
    state varchar not null,
    reason varchar,
    settled_at timestamp not null
)
