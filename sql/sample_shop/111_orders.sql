-- Grain: one row an order.
insert into shop.orders (order_id, customer_id, ordered_at, state)
select order_id, customer_id, ordered_at, state
from sample_orders
order by order_id
