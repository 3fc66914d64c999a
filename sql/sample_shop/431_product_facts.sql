-- Grain: one row a product that is no duplicate, with the facts that the shop knows of it as a map.
create or replace temp table sample_known as
with facts as (
    select product_id, name, value
    from shop.product_facts
    union all
    select product_id, unnest(['name', 'brand', 'category', 'price']), unnest([name, brand, category, money(price, currency)])
    from shop.products
)

select
    facts.product_id,
    map_from_entries(
        list({'key': facts.name, 'value': facts.value} order by facts.name)
    ) as facts
from facts
inner join sample_products as products using (product_id)
where facts.value is not null and not products.is_duplicate
group by facts.product_id
