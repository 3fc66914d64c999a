-- Grain: one row a customer and product to be spoken about; rank 1 fits the customer best.
-- Kept are the products that stand high with most customers, at most $max_products, and in the end only those that at
-- least $min_reach customers get: a text that two people alone would read could be taken as being about them.
create or replace temp table ranked_products as
with wanted as (
    select
        customer_id,
        product_id,
        score,
        row_number() over (partition by customer_id order by score desc, product_id) as place
    from offered_candidates
    where product_id is not null
),

kept as (
    select product_id
    from wanted
    -- wider than what a customer gets: else tastes that differ a little would leave no product in common
    where place <= 4 * $products_per_customer
    group by product_id
    having count(*) >= $min_reach
    order by count(*) filter (where place <= $products_per_customer) desc, count(*) desc, product_id
    limit $max_products
),

chosen as (
    select
        wanted.customer_id,
        wanted.product_id,
        wanted.place
    from wanted
    semi join kept using (product_id)
    qualify row_number() over (partition by wanted.customer_id order by wanted.place) <= $products_per_customer
),

reached as (
    select * from chosen
    qualify count(*) over (partition by product_id) >= $min_reach
)

select
    customer_id,
    product_id,
    cast(row_number() over (partition by customer_id order by place) as integer) as rank
from reached
