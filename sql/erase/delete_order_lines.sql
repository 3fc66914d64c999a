-- Grain: the lines of the customer's orders.
delete from shop.order_lines
where order_id in (select order_id from own_orders)
