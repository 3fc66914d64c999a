-- Grain: one row a customer in a scenario version. Only customers who consent and are not suppressed.
create table if not exists content.audience (
    scenario_version_id varchar not null,
    customer_id varchar not null
)
