-- Grain: one row a product and fact name (material, colour, size, capacity, care, feature_1, …); value holds its unit ('500 ml').
create table if not exists shop.product_facts (
    product_id varchar not null,
    name varchar not null,
    value varchar not null
)
