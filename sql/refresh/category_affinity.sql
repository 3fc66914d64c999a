-- Grain: one row a customer who did anything new and a category: the counts of before and the new ones, as mart.category_affinity.
with added as (
    select customer_id, product_id, 1 as count_lines, 0 as count_views from new_purchases
    union all
    select customer_id, product_id, 0, count_views + count_carts from part_product_views
),

counted as (
    select added.customer_id, trim(products.category) as category, added.count_lines, added.count_views
    from added
    inner join shop.products using (product_id)
    where trim(products.category) <> ''
    union all
    select old.customer_id, old.category, old.count_lines, old.count_views
    from before_category_affinity as old
    semi join touched_customers using (customer_id)
),

summed as (
    select
        customer_id,
        category,
        cast(sum(count_lines) as bigint) as count_lines,
        cast(sum(count_views) as bigint) as count_views
    from counted
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
