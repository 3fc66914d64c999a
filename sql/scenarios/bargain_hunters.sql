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
    select
        customer_id,
        spread_number(customer_id) as customer_number
    from mart.discount_share
    where count_lines >= 3 and discount_share >= 0.5
),

bought as (
    select customer_id, product_id from staging.purchases
),

offers as (
    select
        *,
        spread_number(product_id) as product_number
    from mart.product_offers
    where category_rank <= 60 and (price_rank <= 0.7 or discount_share >= 0.2)
),

liked as (
    select
        segment.customer_id,
        offers.product_id,
        affinity.affinity + 0.6 * (1 - offers.price_rank) + 0.6 * offers.discount_share
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
