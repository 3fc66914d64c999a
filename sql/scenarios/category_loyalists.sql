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
        affinity.share_bought
    from mart.category_affinity as affinity
    inner join mart.customer_rfm as rfm using (customer_id)
    where rfm.count_orders >= 3 and affinity.count_lines >= 4 and affinity.share_bought >= 0.6
),

bought as (
    select distinct customer_id, product_id from staging.purchases
),

liked as (
    select
        segment.customer_id,
        offers.product_id,
        segment.share_bought + 0.4 * offers.popularity
        + 0.6 * (md5_number_lower(segment.customer_id || offers.product_id) % 1000) / 1000 as score
    from segment
    inner join mart.product_offers as offers on segment.category = offers.category and offers.category_rank <= 80
)

select
    liked.customer_id,
    liked.product_id,
    liked.score
from liked
anti join bought on liked.customer_id = bought.customer_id and liked.product_id = bought.product_id
