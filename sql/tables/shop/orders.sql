-- Grain: one row an order; state is paid, cancelled or returned.
create table if not exists shop.orders (
    order_id varchar not null,
    customer_id varchar,
    ordered_at timestamp not null,
    state varchar not null default 'paid'
)
