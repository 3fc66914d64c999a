-- Grain: one row a product that the scenario recommends, with the reason why it fits: the product that it is most often
-- bought together with, or the category that most of the segment bought from, where the product is of that category.
with subjects as (
    select distinct product_id
    from content.audience_products
    where scenario_version_id = $scenario_version_id
),

companions as (
    select
        pairs.product_id,
        pairs.companion_id,
        pairs.count_told,
        offers.name,
        offers.category
    from mart.co_purchase as pairs
    inner join subjects using (product_id)
    inner join mart.product_offers as offers on pairs.companion_id = offers.product_id
    inner join mart.product_offers as own on pairs.product_id = own.product_id and lower(own.name) <> lower(offers.name)
    -- one order in common more often than chance, else everyone's favourite goes with everything; and by enough
    -- customers that the pair tells of none of them
    where pairs.lift > 1 and pairs.count_customers >= $min_audience
    qualify row_number() over (partition by pairs.product_id order by pairs.rank) = 1
),

favourite as (
    select category
    from content.segment_categories
    where scenario_version_id = $scenario_version_id and rank = 1
),

known as (
    select
        product_id,
        list(fact(name, value, 'shop.product_facts', 'value', product_id || '/' || name) order by name, value) as facts
    from shop.product_facts
    where name in ('material', 'colour', 'size', 'capacity', 'care', 'feature_1', 'feature_2', 'finish', 'scent')
    group by product_id
)

select
    offers.product_id as subject_id,
    facts(
        list_concat(
            [
                fact('name', offers.name, 'shop.products', 'name', offers.product_id),
                fact('brand', offers.brand, 'shop.products', 'brand', offers.product_id),
                fact('category', offers.category, 'shop.products', 'category', offers.product_id),
                fact('price', money(offers.price, offers.currency), 'shop.products', 'price', offers.product_id)
            ],
            coalesce(known.facts, []),
            [
                fact('companion_name', companions.name, 'shop.products', 'name', companions.companion_id),
                fact('companion_category', companions.category, 'shop.products', 'category', companions.companion_id),
                fact(
                    'count_bought_together', companions.count_told,
                    'mart.co_purchase', 'count_told', offers.product_id || '/' || companions.companion_id
                ),
                fact(
                    'segment_category', favourite.category,
                    'content.segment_categories', 'category', $scenario_version_id || '/1'
                )
            ]
        )
    ) as facts
from subjects
inner join mart.product_offers as offers using (product_id)
left join companions using (product_id)
left join favourite on offers.category = favourite.category
left join known on offers.product_id = known.product_id
where companions.companion_id is not null or favourite.category is not null
