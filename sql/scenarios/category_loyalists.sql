-- Grain: one row a customer and product.
-- title: Category loyalists
-- goal: reward_loyalty
-- season: all_year
-- channel: email
-- tone: refined
-- locale: en
-- content_types: descriptions, recommendations
-- priority: 40
--
-- Customers with at least three orders and four lines, six in ten of them from one category; to each the products of
-- that category which they do not have yet.
with segment as (
    select
        affinity.customer_id,
        affinity.category,
        affinity.share_bought,
        spread_number(affinity.customer_id) as customer_number
    from mart.category_affinity as affinity
    inner join mart.customer_rfm as rfm using (customer_id)
    where rfm.count_orders >= 3 and affinity.count_lines >= 4 and affinity.share_bought >= 0.6
),

bought as (
    select customer_id, product_id from staging.purchases
),

offers as (
    select
        *,
        spread_number(product_id) as product_number
    from mart.product_offers
    where category_rank <= 80
),

liked as (
    select
        segment.customer_id,
        offers.product_id,
        segment.share_bought + 0.4 * offers.popularity
        + 0.6 * spread(segment.customer_number, offers.product_number) as score
    from segment
    inner join offers on segment.category = offers.category
)

select
    liked.customer_id,
    liked.product_id,
    liked.score
from liked
anti join bought on liked.customer_id = bought.customer_id and liked.product_id = bought.product_id
