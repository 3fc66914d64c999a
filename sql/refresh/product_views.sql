-- Grain: one row a customer and product of the new events, with the counts of before.
select
    new.customer_id,
    new.product_id,
    new.count_views + coalesce(old.count_views, 0) as count_views,
    new.count_carts + coalesce(old.count_carts, 0) as count_carts,
    greatest(new.last_seen_at, old.last_seen_at) as last_seen_at
from part_product_views as new
left join before_product_views as old using (customer_id, product_id)
