-- Grain: one row a customer and product.
-- title: Lapsed high spenders
-- goal: win_back
-- season: all_year
-- channel: email
-- tone: warm
-- locale: en
-- content_types: descriptions, recommendations, review_summaries, campaign_messages
-- priority: 20
--
-- Customers among the top quarter by amount who ordered at least twice, but not within the last 180 days; to each the
-- products of the three categories that they like most which they do not have yet.
with segment as (
    select customer_id
    from mart.customer_rfm
    where monetary_rank >= 0.75 and count_orders >= 2 and days_since_order > 180
),

bought as (
    select distinct customer_id, product_id from staging.purchases
),

liked as (
    select
        segment.customer_id,
        offers.product_id,
        -- the last term spreads the segment over the catalogue: equal tastes need not see equal products
        affinity.affinity + 0.4 * offers.popularity
        + 0.4 * (md5_number_lower(segment.customer_id || offers.product_id) % 1000) / 1000 as score
    from segment
    inner join mart.category_affinity as affinity on segment.customer_id = affinity.customer_id and affinity.rank <= 3
    inner join mart.product_offers as offers on affinity.category = offers.category and offers.category_rank <= 60
)

select
    liked.customer_id,
    liked.product_id,
    liked.score
from liked
anti join bought on liked.customer_id = bought.customer_id and liked.product_id = bought.product_id
