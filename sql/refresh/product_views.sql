-- Grain: one row a customer and product of the new events, with the counts of before, and each other pair that shares
-- the number of one of them: rows of before are replaced by their number.
with counted as (
    from part_product_views
    union all by name
    select old.*
    from before_product_views as old
    semi join part_product_views using (pair_hash)
)

select
    customer_id,
    product_id,
    cast(sum(count_views) as bigint) as count_views,
    cast(sum(count_carts) as bigint) as count_carts,
    max(last_seen_at) as last_seen_at,
    any_value(pair_hash) as pair_hash
from counted
group by customer_id, product_id
