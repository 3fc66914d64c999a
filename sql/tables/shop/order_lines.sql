-- Grain: one row a line of an order; list_price is the price before a discount, null where not known.
create table if not exists shop.order_lines (
    order_id varchar not null,
    line_number integer not null,
    product_id varchar not null,
    quantity integer not null,
    unit_price decimal(12, 2) not null,
    list_price decimal(12, 2)
)
