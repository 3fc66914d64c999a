-- Grain: one row a product. Text columns are clean text (no HTML); price is in units of currency (ISO 4217).
create table if not exists shop.products (
    product_id varchar not null,
    name varchar not null,
    brand varchar,
    category varchar,
    price decimal(12, 2),
    currency varchar not null default 'GBP',
    is_available boolean not null default true,
    description varchar,
    source varchar not null default 'unknown',
    updated_at timestamp not null default current_timestamp
)
