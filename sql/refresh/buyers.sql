-- Grain: one row a customer with a new purchase, or with an order of a gift season that became an earlier one since.
select customer_id from new_purchases
union
select orders.customer_id
from shop.orders
cross join mart.shop_clock as clock
cross join before_shop_clock as earlier
where
    orders.customer_id is not null
    and orders.ordered_at < clock.as_of - interval 60 day
    and orders.ordered_at >= earlier.as_of - interval 60 day
    and month(orders.ordered_at) in (11, 12)
