-- Grain: one row a customer and category: how much of what the customer buys and views lies in it.
-- share_bought is of the customer's paid lines; affinity weighs a bought line as five views.
-- What is counted grows with the events, so its rows are narrow: a number for the category, in order of names, and both
-- counts in one, lines above 32 bits of views (nobody views one category four billion times).
create or replace table mart.category_affinity as
with categories as (
    select
        category,
        cast(row_number() over (order by category) as integer) as category_number
    from (select distinct trim(category) as category from shop.products)
    where category <> ''
),

kinds as (
    select products.product_id, categories.category_number
    from shop.products as products
    inner join categories on trim(products.category) = categories.category
),

touched as (
    select customer_id, product_id, 4294967296 as counts from staging.purchases
    union all
    select customer_id, product_id, count_views + count_carts from mart.product_views
),

summed as (
    select
        touched.customer_id,
        kinds.category_number,
        cast(sum(touched.counts) as bigint) as counts
    from touched
    inner join kinds using (product_id)
    group by all
),

counted as (
    select
        customer_id,
        category_number,
        counts >> 32 as count_lines,
        counts & 4294967295 as count_views
    from summed
),

-- a customer's affinities have one divisor, so that their order is that of the weights
ranked as (
    select
        *,
        sum(count_lines) over of_customer as lines_of_customer,
        sum(5 * count_lines + count_views) over of_customer as weight_of_customer,
        row_number() over (
            partition by customer_id order by 5 * count_lines + count_views desc, category_number
        ) as rank
    from counted
    window of_customer as (partition by customer_id)
)

select
    ranked.customer_id,
    categories.category,
    ranked.count_lines,
    ranked.count_views,
    ranked.count_lines / nullif(ranked.lines_of_customer, 0) as share_bought,
    (5 * ranked.count_lines + ranked.count_views) / nullif(ranked.weight_of_customer, 0) as affinity,
    ranked.rank
from ranked
inner join categories using (category_number)
