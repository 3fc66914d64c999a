-- Grain: one row a thing that a run went on without: a plugin that did not load or whose briefs.sql failed, a scenario
-- that was refused, a locale that a plugin does not speak.
create table if not exists content.run_problems (
    run_id varchar not null,
    number integer not null,
    problem varchar not null
)
