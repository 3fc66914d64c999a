-- Grain: one row a step of a run that wrote something: check (judging, rules, ranking), publish, and run, which is the
-- whole process with all its threads. Processor seconds of check and publish are those of the thread that did them.
create table if not exists content.run_costs (
    run_id varchar not null,
    step varchar not null,
    processor_seconds double not null,
    wall_seconds double not null,
    count_briefs bigint not null
)
