-- Grain: one row a customer. Personal data: nothing of it may leave schema shop but customer_id.
create table if not exists shop.customers (
    customer_id varchar not null,
    name varchar,
    email varchar,
    phone varchar,
    address varchar,
    city varchar,
    country varchar,
    locale varchar,
    is_consenting boolean not null default true,
    is_suppressed boolean not null default false,
    created_at timestamp
)
