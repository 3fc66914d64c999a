-- Grain: one row a run, scenario and plugin: how many briefs the run set out to settle (the left side of the accounting).
create table if not exists content.run_plan (
    run_id varchar not null,
    scenario varchar not null,
    plugin varchar not null,
    count_briefs bigint not null
)
