-- Grain: one row a customer and category: how much of what the customer buys and views lies in it.
-- share_bought is of the customer's paid lines; affinity weighs a bought line as five views.
create or replace table mart.category_affinity as
with touched as (
    select customer_id, product_id, 1 as count_lines, 0 as count_views from staging.purchases
    union all
    select customer_id, product_id, 0, count_views + count_carts from mart.product_views
),

summed as (
    select
        touched.customer_id,
        trim(products.category) as category,
        sum(touched.count_lines) as count_lines,
        sum(touched.count_views) as count_views
    from touched
    inner join shop.products using (product_id)
    where trim(products.category) <> ''
    group by all
),

shared as (
    select
        *,
        count_lines / nullif(sum(count_lines) over of_customer, 0) as share_bought,
        (5 * count_lines + count_views) / nullif(sum(5 * count_lines + count_views) over of_customer, 0) as affinity
    from summed
    window of_customer as (partition by customer_id)
)

select
    *,
    row_number() over (partition by customer_id order by affinity desc nulls last, category) as rank
from shared
