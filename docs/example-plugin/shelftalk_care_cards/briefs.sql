-- Grain: one row a product that the scenario speaks about and whose care is known.
with subjects as (
    select distinct product_id
    from content.audience_products
    where scenario_version_id = $scenario_version_id
),

known as (
    select
        product_id,
        list(fact(name, value, 'shop.product_facts', 'value', product_id || '/' || name) order by name, value) as facts
    from shop.product_facts
    where name in ('care', 'material')
    group by product_id
    having count(*) filter (where name = 'care') = 1
)

select
    offers.product_id as subject_id,
    facts(
        list_concat(
            [
                fact('name', offers.name, 'shop.products', 'name', offers.product_id),
                fact('category', offers.category, 'shop.products', 'category', offers.product_id)
            ],
            known.facts
        )
    ) as facts
from subjects
inner join mart.product_offers as offers using (product_id)
inner join known on offers.product_id = known.product_id
