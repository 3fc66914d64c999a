-- Grain: one row a customer and product to be spoken about; rank 1 fits the customer best.
-- Kept are the products that stand among the first of most customers, at most $max_products, each for at least
-- $min_reach customers: a text that two people alone would get could be read as being about them.
create or replace temp table ranked_products as
with wanted as (
    select
        customer_id,
        product_id,
        score
    from offered_candidates
    where product_id is not null
),

firsts as (
    select product_id
    from wanted
    qualify row_number() over (partition by customer_id order by score desc, product_id) <= $products_per_customer
),

kept as (
    select product_id
    from firsts
    group by product_id
    having count(*) >= $min_reach
    order by count(*) desc, product_id
    limit $max_products
)

select
    wanted.customer_id,
    wanted.product_id,
    cast(
        row_number() over (partition by wanted.customer_id order by wanted.score desc, wanted.product_id) as integer
    ) as rank
from wanted
semi join kept using (product_id)
qualify rank <= $products_per_customer
