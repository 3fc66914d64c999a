-- Grain: one row a product that was ever bought: customers, orders, share of lines at a discount and in gift season.
create or replace table mart.product_sales as
select
    product_id,
    count(distinct customer_id) as count_customers,
    count(distinct order_id) as count_orders,
    count(*) filter (where unit_price < list_price) / count(*) as discount_share,
    count(*) filter (where month(ordered_at) in (11, 12)) / count(*) as gift_share
from staging.purchases
group by product_id
