-- Grain: one row a version of a scenario: a new one when its definition or its audience changes.
-- state is ready or refused (audience under min_audience; reason says so); definition is a JSON object of the header.
create table if not exists content.scenarios (
    scenario_version_id varchar not null,
    scenario varchar not null,
    version integer not null,
    run_id varchar not null,
    goal varchar not null,
    season varchar not null,
    channel varchar not null,
    tone varchar not null,
    locale varchar not null,
    priority integer not null,
    content_types varchar[] not null,
    definition_hash varchar not null,
    audience_hash varchar not null,
    count_customers bigint not null,
    count_added bigint not null,
    count_removed bigint not null,
    count_products bigint not null,
    state varchar not null,
    reason varchar,
    built_at timestamp not null,
    title varchar,
    definition json
)
