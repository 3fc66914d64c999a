-- Grain: one row a customer who paid for an order: recency in days before the shop's clock, orders, amounts.
-- monetary_rank is 0 for the lowest and 1 for the highest spender.
create or replace table mart.customer_rfm as
with spent as (
    select
        customer_id,
        count(distinct order_id) as count_orders,
        count(distinct product_id) as count_products,
        sum(amount) as amount_spent,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at
    from staging.purchases
    group by customer_id
)

select
    spent.*,
    date_diff('day', spent.last_ordered_at, clock.as_of) as days_since_order,
    percent_rank() over (order by spent.amount_spent) as monetary_rank
from spent
cross join mart.shop_clock as clock
