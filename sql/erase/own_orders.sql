-- Grain: one row an order of the customer.
create or replace temp table own_orders as
select order_id
from shop.orders
where customer_id = $customer_id
