-- Grain: one row a paid line of a known customer: what was bought, when and for how much.
create or replace view staging.purchases as
select
    orders.customer_id,
    orders.order_id,
    lines.product_id,
    orders.ordered_at,
    lines.quantity,
    lines.unit_price,
    lines.list_price,
    lines.quantity * lines.unit_price as amount
from shop.orders
inner join shop.order_lines as lines using (order_id)
where orders.state = 'paid' and orders.customer_id is not null and lines.quantity > 0 and lines.unit_price >= 0
