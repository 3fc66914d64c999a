-- Grain: one row a customer and product to be spoken about; rank 1 fits the customer best.
-- Kept are the products that stand high with most customers, at most $max_products, and in the end only those that at
-- least $min_reach customers get: a text that two people alone would read could be taken as being about them.
create or replace temp table ranked_products as
with wanted as (
    select
        customer_id,
        product_id,
        nullif(score, 'nan'::double) as score
    from offered_candidates
    where product_id is not null
),

foremost as (
    -- Wider than what a customer gets: else tastes that differ a little would leave no product in common. A heap a
    -- customer, not a window: only the kept products are ever sorted whole.
    select min_by(product_id, struct_pack(score := -score, product_id := product_id), 4 * $products_per_customer)
            as product_ids
    from wanted
    group by customer_id
),

placed as (
    select
        unnest(product_ids) as product_id,
        generate_subscripts(product_ids, 1) as place
    from foremost
),

kept as (
    select product_id
    from placed
    group by product_id
    having count(*) >= $min_reach
    order by count(*) filter (where place <= $products_per_customer) desc, count(*) desc, product_id
    limit $max_products
),

chosen as (
    select
        wanted.customer_id,
        wanted.product_id,
        row_number() over (partition by wanted.customer_id order by wanted.score desc, wanted.product_id) as place
    from wanted
    semi join kept using (product_id)
    qualify place <= $products_per_customer
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
