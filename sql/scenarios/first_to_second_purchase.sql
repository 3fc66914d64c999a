-- Grain: one row a customer and product.
-- title: First to second purchase
-- goal: second_purchase
-- season: all_year
-- channel: email
-- tone: warm
-- locale: en
-- content_types: descriptions, recommendations, review_summaries
-- priority: 30
--
-- Customers whose only order is at most 180 days old; to each what others bought with it, then what else is liked in
-- the categories that they look at.
with segment as (
    select
        customer_id,
        spread_number(customer_id) as customer_number
    from mart.customer_rfm
    where count_orders = 1 and days_since_order <= 180
),

bought as (
    select distinct purchases.customer_id, purchases.product_id
    from staging.purchases
    semi join segment using (customer_id)
),

offers as (
    select
        *,
        spread_number(product_id) as product_number
    from mart.product_offers
    where category_rank <= 60
),

suggested as (
    select
        bought.customer_id,
        pairs.companion_id as product_id,
        2 + pairs.count_customers / (pairs.count_customers + 10) as score
    from bought
    inner join mart.co_purchase as pairs using (product_id)
    union all
    select
        segment.customer_id,
        offers.product_id,
        affinity.affinity + 0.4 * offers.popularity
        + 0.4 * spread(segment.customer_number, offers.product_number)
    from segment
    inner join mart.category_affinity as affinity on segment.customer_id = affinity.customer_id and affinity.rank <= 2
    inner join offers on affinity.category = offers.category
)

select
    suggested.customer_id,
    suggested.product_id,
    max(suggested.score) as score
from suggested
anti join bought on suggested.customer_id = bought.customer_id and suggested.product_id = bought.product_id
group by suggested.customer_id, suggested.product_id
