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
    select
        customer_id,
        spread_number(customer_id) as customer_number
    from mart.customer_rfm
    where monetary_rank >= 0.75 and count_orders >= 2 and days_since_order > 180
),

bought as (
    select customer_id, product_id from staging.purchases
),

offers as (
    select
        *,
        spread_number(product_id) as product_number
    from mart.product_offers
    where category_rank <= 60
),

liked as (
    select
        segment.customer_id,
        offers.product_id,
        -- the last term spreads the segment over the catalogue: equal tastes need not see equal products
        affinity.affinity + 0.4 * offers.popularity
        + 0.4 * spread(segment.customer_number, offers.product_number) as score
    from segment
    inner join mart.category_affinity as affinity on segment.customer_id = affinity.customer_id and affinity.rank <= 3
    inner join offers on affinity.category = offers.category
)

select
    liked.customer_id,
    liked.product_id,
    liked.score
from liked
anti join bought on liked.customer_id = bought.customer_id and liked.product_id = bought.product_id
