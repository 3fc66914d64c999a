-- Grain: one row a part of a campaign (subject line, preheader, body, push text) and variant. All rows of a scenario
-- have the same facts, so that no two channels can contradict each other.
with offered as (
    select
        offers.product_id,
        offers.name,
        offers.category,
        offers.price,
        offers.currency,
        count(distinct audience.customer_id) as count_customers
    from content.audience_products as audience
    inner join mart.product_offers as offers using (product_id)
    where audience.scenario_version_id = $scenario_version_id
    group by all
),

-- what the segment is to hear of: the category whose products fit most of its customers
chosen as (
    select
        category,
        sum(count_customers) as count_matches
    from offered
    group by category
    having sum(count_customers) >= $min_audience
    order by count_matches desc, category
    limit 1
),

ranked as (
    select
        offered.*,
        row_number() over (order by offered.count_customers desc, offered.product_id) as place
    from offered
    semi join chosen using (category)
),

cheapest as (
    select
        offers.product_id,
        offers.price,
        offers.currency
    from mart.product_offers as offers
    semi join chosen using (category)
    order by offers.price, offers.product_id
    limit 1
),

policies as (
    select
        name,
        fact(name, value, 'shop.policies', 'value', name || '/' || locale) as fact
    from shop.policies
    where
        name in ('delivery_time', 'delivery_price', 'returns')
        and locale in ($locale, split_part($locale, '-', 1))
    qualify row_number() over (partition by name order by length(locale) desc) = 1
),

stated as (
    select
        facts(
            list_concat(
                [
                    fact('category', first.category, 'shop.products', 'category', first.product_id),
                    fact('product_1', first.name, 'shop.products', 'name', first.product_id),
                    fact('price_1', money(first.price, first.currency), 'shop.products', 'price', first.product_id),
                    fact('product_2', second.name, 'shop.products', 'name', second.product_id),
                    fact('price_2', money(second.price, second.currency), 'shop.products', 'price', second.product_id),
                    fact(
                        'price_from', money(cheapest.price, cheapest.currency),
                        'shop.products', 'price', cheapest.product_id
                    )
                ],
                coalesce((select list(fact order by name) from policies), [])
            )
        ) as facts
    from ranked as first
    cross join cheapest
    left join ranked as second on second.place = 2
    where first.place = 1
),

parts as (
    select unnest(['email.subject', 'email.preheader', 'email.body', 'push.text']) as part
),

variants as (
    select unnest(['A', 'B']) as variant
)

select
    parts.part || '.' || variants.variant as subject_id,
    stated.facts
from stated
cross join parts
cross join variants
