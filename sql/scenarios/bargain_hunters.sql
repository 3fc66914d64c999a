-- Grain: one row a customer and product.
-- title: Bargain hunters
-- goal: offer_value
-- season: all_year
-- channel: email
-- tone: lively
-- locale: en
-- content_types: descriptions, recommendations
-- priority: 50
--
-- Customers with at least three paid lines, half of them or more at a discount; to each the lower-priced products, and
-- those that others bought at a discount, in the categories that they like most.
with segment as (
    select customer_id
    from mart.discount_share
    where count_lines >= 3 and discount_share >= 0.5
),

bought as (
    select distinct customer_id, product_id from staging.purchases
),

liked as (
    select
        segment.customer_id,
        offers.product_id,
        affinity.affinity + 0.6 * (1 - offers.price_rank) + 0.6 * offers.discount_share
        + 0.4 * (md5_number_lower(segment.customer_id || offers.product_id) % 1000) / 1000 as score
    from segment
    inner join mart.category_affinity as affinity on segment.customer_id = affinity.customer_id and affinity.rank <= 3
    inner join mart.product_offers as offers on affinity.category = offers.category and offers.category_rank <= 60
    where offers.price_rank <= 0.7 or offers.discount_share >= 0.2
)

select
    liked.customer_id,
    liked.product_id,
    liked.score
from liked
anti join bought on liked.customer_id = bought.customer_id and liked.product_id = bought.product_id
