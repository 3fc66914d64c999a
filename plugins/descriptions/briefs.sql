-- Grain: one row a product that the scenario speaks about, with all that the shop knows of it in the locale's words.
with subjects as (
    select distinct product_id
    from content.audience_products
    where scenario_version_id = $scenario_version_id
),

-- a fact named material@de is the value of material for German copy; material@de-AT goes before it
named as (
    select
        product_id,
        name as source_name,
        split_part(name, '@', 1) as name,
        split_part(name, '@', 2) as spoken,
        value
    from shop.product_facts
),

fitting as (
    select *
    from named
    where
        regexp_full_match(name, '[a-z][a-z0-9_]{0,40}')
        and (spoken = '' or spoken = $locale or spoken = split_part($locale, '-', 1))
    qualify rank() over (partition by product_id, name order by length(spoken) desc) = 1
),

-- a product with words of the locale tells these alone: its other facts would be foreign words in the copy
worded as (
    select *
    from fitting
    qualify spoken <> '' or max(length(spoken)) over (partition by product_id) = 0
),

-- what the product's own row says comes from there, never from a fact of the same name
known as (
    select
        product_id,
        list(
            fact(name, value, 'shop.product_facts', 'value', product_id || '/' || source_name) order by name, value
        ) as facts
    from worded
    where name not in ('name', 'brand', 'category', 'price')
    group by product_id
),

-- but for its translation
translated as (
    select
        product_id,
        max(fact(name, value, 'shop.product_facts', 'value', product_id || '/' || source_name))
            filter (where name = 'name') as name,
        max(fact(name, value, 'shop.product_facts', 'value', product_id || '/' || source_name))
            filter (where name = 'category') as category
    from worded
    where spoken <> ''
    group by product_id
)

select
    offers.product_id as subject_id,
    facts(
        list_concat(
            [
                coalesce(translated.name, fact('name', offers.name, 'shop.products', 'name', offers.product_id)),
                fact('brand', offers.brand, 'shop.products', 'brand', offers.product_id),
                coalesce(
                    translated.category,
                    fact('category', offers.category, 'shop.products', 'category', offers.product_id)
                ),
                fact('price', money(offers.price, offers.currency), 'shop.products', 'price', offers.product_id)
            ],
            coalesce(known.facts, [])
        )
    ) as facts
from subjects
inner join mart.product_offers as offers using (product_id)
left join known on offers.product_id = known.product_id
left join translated on offers.product_id = translated.product_id
