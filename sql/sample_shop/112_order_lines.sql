-- Grain: one row a line of an order.
insert into shop.order_lines (order_id, line_number, product_id, quantity, unit_price, list_price)
select order_id, line_number, product_id, quantity, unit_price, list_price
from sample_lines
order by order_id, line_number
