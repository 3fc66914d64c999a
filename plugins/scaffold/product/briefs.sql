-- Grain: one row a product that the scenario speaks about.
-- One SELECT that reads the schemas shop, staging, mart and content. $scenario_version_id is bound for you; $locale
-- and $min_audience may be used, too. Every fact names the cell that it was read from: the claim ledger shows it.
with subjects as (
    select distinct product_id
    from content.audience_products
    where scenario_version_id = $scenario_version_id
),

-- the facts of the product as the shop keeps them: material, colour, care …
known as (
    select
        product_id,
        list(fact(name, value, 'shop.product_facts', 'value', product_id || '/' || name) order by name, value) as facts
    from shop.product_facts
    where name in ('material', 'colour', 'care', 'capacity', 'size')
    group by product_id
)

select
    offers.product_id as subject_id,
    -- facts() drops what has no value, so that a brief holds only what is known
    facts(
        list_concat(
            [
                fact('name', offers.name, 'shop.products', 'name', offers.product_id),
                fact('category', offers.category, 'shop.products', 'category', offers.product_id),
                fact('price', money(offers.price, offers.currency), 'shop.products', 'price', offers.product_id)
            ],
            coalesce(known.facts, [])
        )
    ) as facts
from subjects
inner join mart.product_offers as offers using (product_id)
left join known on offers.product_id = known.product_id
