-- Grain: one row a scenario version and category that at least min_audience of its customers bought from; rank 1 is the
-- category that most of them did. An aggregate: it names no customer.
create table if not exists content.segment_categories (
    scenario_version_id varchar not null,
    category varchar not null,
    count_customers bigint not null,
    rank integer not null
)
