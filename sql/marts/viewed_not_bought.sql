-- Grain: one row a customer and product that the customer saw and never paid for; days before the shop's clock.
-- A view, since it is most of mart.product_views and every new event moves the clock.
create or replace view mart.viewed_not_bought as
with bought as (
    select customer_id, product_id from staging.purchases
)

select
    views.customer_id,
    views.product_id,
    views.count_views,
    views.count_carts,
    views.last_seen_at,
    date_diff('day', views.last_seen_at, clock.as_of) as days_since_seen
from mart.product_views as views
cross join mart.shop_clock as clock
anti join bought on views.customer_id = bought.customer_id and views.product_id = bought.product_id
