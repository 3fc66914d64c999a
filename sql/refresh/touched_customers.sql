-- Grain: one row a customer whose affinities may have changed.
select customer_id from new_events
where product_id is not null and event_type in ('view', 'cart')
union
select customer_id from new_purchases
