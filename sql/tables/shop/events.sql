-- Grain: one row an event of the shop's site; event_type is view, cart, search or purchase; customer_id is null for strangers.
create table if not exists shop.events (
    event_id varchar not null,
    customer_id varchar,
    event_type varchar not null,
    product_id varchar,
    occurred_at timestamp not null
)
