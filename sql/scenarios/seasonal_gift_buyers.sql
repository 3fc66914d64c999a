-- Grain: one row a customer and product.
-- title: Seasonal gift buyers
-- goal: gift
-- season: by_clock
-- channel: email
-- tone: lively
-- locale: en
-- content_types: descriptions, recommendations, review_summaries, campaign_messages
-- priority: 60
--
-- Customers who bought in an earlier gift season, with at least half of their orders in such seasons; to each the
-- products that sell well as gifts, at most 400 over all categories. The season is the one that the shop's own clock
-- stands in.
with segment as (
    select
        customer_id,
        spread_number(customer_id) as customer_number
    from mart.gift_buyers
    where gift_share >= 0.5
),

bought as (
    select customer_id, product_id from staging.purchases
),

ranked as (
    select
        product_id,
        popularity,
        percent_rank() over (order by gift_share) as gift_rank
    from mart.product_offers
    where category_rank <= 60
),

-- each buyer is held against each of these products: no more than a person would ever look through
giftable as (
    select
        *,
        spread_number(product_id) as product_number
    from ranked
    order by gift_rank + 0.5 * popularity desc, product_id
    limit 400
),

liked as (
    select
        segment.customer_id,
        giftable.product_id,
        giftable.gift_rank + 0.5 * giftable.popularity
        + spread(segment.customer_number, giftable.product_number) as score
    from segment
    cross join giftable
)

select
    liked.customer_id,
    liked.product_id,
    liked.score
from liked
anti join bought on liked.customer_id = bought.customer_id and liked.product_id = bought.product_id
