-- Grain: one row a customer and product in a scenario version; rank 1 is the product that fits the customer best.
create table if not exists content.audience_products (
    scenario_version_id varchar not null,
    customer_id varchar not null,
    product_id varchar not null,
    rank integer not null
)
