-- Grain: one row a customer who paid for an order: orders, products, amount, first and last order.
create or replace table mart.customer_spend as
select
    customer_id,
    count(distinct order_id) as count_orders,
    count(distinct product_id) as count_products,
    sum(amount) as amount_spent,
    min(ordered_at) as first_ordered_at,
    max(ordered_at) as last_ordered_at
from staging.purchases
group by customer_id
