-- Grain: one row a customer who bought in an earlier gift season (10 November to 24 December): how often and how much
-- of all orders; the season that is running now does not count as an earlier one.
create or replace table mart.gift_buyers as
with orders as (
    select
        purchases.customer_id,
        purchases.order_id,
        any_value(purchases.ordered_at) as ordered_at,
        count(distinct purchases.product_id) as count_products
    from staging.purchases as purchases
    group by purchases.customer_id, purchases.order_id
),

judged as (
    select
        orders.*,
        (
            (month(orders.ordered_at) = 11 and day(orders.ordered_at) >= 10)
            or (month(orders.ordered_at) = 12 and day(orders.ordered_at) <= 24)
        )
        and orders.ordered_at < clock.as_of - interval 60 day as is_gift
    from orders
    cross join mart.shop_clock as clock
)

select
    customer_id,
    count(*) filter (where is_gift) as count_gift_orders,
    count(*) as count_orders,
    count(*) filter (where is_gift) / count(*) as gift_share,
    sum(count_products) filter (where is_gift) as count_gift_products,
    max(ordered_at) filter (where is_gift) as last_gift_at
from judged
group by customer_id
having count(*) filter (where is_gift) > 0
