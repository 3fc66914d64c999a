-- Grain: one row a customer and product.
-- title: Viewed but not bought
-- goal: finish_choice
-- season: all_year
-- channel: email
-- tone: plain
-- locale: en
-- content_types: descriptions, recommendations, review_summaries
-- priority: 10
--
-- Products that a customer looked at repeatedly, or put into the cart, within the last 45 days and has not bought.
select
    customer_id,
    product_id,
    count_views + 3 * count_carts - days_since_seen / 30 as score
from mart.viewed_not_bought
where days_since_seen <= 45 and (count_views >= 2 or count_carts >= 1)
