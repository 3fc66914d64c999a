-- Grain: one row a product that the scenario speaks about, with all that the shop knows of it.
with subjects as (
    select distinct product_id
    from content.audience_products
    where scenario_version_id = $scenario_version_id
),

-- what the product's own row says comes from there, never from a fact of the same name
known as (
    select
        product_id,
        list(fact(name, value, 'shop.product_facts', 'value', product_id || '/' || name) order by name, value) as facts
    from shop.product_facts
    where
        regexp_full_match(name, '[a-z][a-z0-9_]{0,40}')
        and name not in ('name', 'brand', 'category', 'price')
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
            coalesce(known.facts, [])
        )
    ) as facts
from subjects
inner join mart.product_offers as offers using (product_id)
left join known on offers.product_id = known.product_id
