-- Grain: one row a customer and product that the customer looked at or put into the cart.
-- pair_hash is what a refresh finds the rows of a customer and product by: a number is found in a tenth of the time that
-- two texts take. Several pairs may share one.
create or replace table mart.product_views as
select
    customer_id,
    product_id,
    count(*) filter (where event_type = 'view') as count_views,
    count(*) filter (where event_type = 'cart') as count_carts,
    max(occurred_at) as last_seen_at,
    cast(hash(customer_id, product_id) >> 32 as uinteger) as pair_hash
from shop.events
where customer_id is not null and product_id is not null and event_type in ('view', 'cart')
group by customer_id, product_id
