-- Grain: one row a product and fact name, before some go missing.
create or replace temp table sample_all_facts as
with materials as (
    select * exclude (materials), unnest(materials) as material
    from sample_materials
),

known as (
    select
        products.product_id,
        products.product_key,
        products.type,
        products.material,
        products.feature_1,
        pick(products.other_features, draw($seed, products.product_key, 'feature_2')) as feature_2,
        products.measure_1,
        pick(products.values_1, draw($seed, products.product_key, 'measure_1')) as value_1,
        products.measure_2,
        pick(products.values_2, draw($seed, products.product_key, 'measure_2')) as value_2,
        case
            when materials.cares is null then null
            -- Glass may go into the dishwasher, a glass lamp may not.
            when products.category in ('lighting', 'candles and scent', 'stationery')
            or products.type in ('Planter', 'Plant Stand', 'Folding Chair', 'Watering Can', 'Bird Feeder', 'Hand Trowel')
                then pick(['wipe clean', 'damp cloth only', 'dry cloth only'], draw($seed, products.product_key, 'care'))
            else pick(materials.cares, draw($seed, products.product_key, 'care'))
        end as care,
        case when not (
            products.type in ('Lampshade', 'Photo Album')
            and products.material in ('linen', 'cotton', 'cotton canvas', 'cotton velvet')
        ) then pick(materials.finishes, draw($seed, products.product_key, 'finish')) end as finish,
        pick(materials.origins, draw($seed, products.product_key, 'origin')) as origin,
        case when materials.is_coloured
            then pick(colours.colours, draw($seed, products.product_key, 'colour')) end as colour,
        case when materials.is_patterned and draw($seed, products.product_key, 'has pattern') < 0.45
            then pick(patterns.patterns, draw($seed, products.product_key, 'pattern')) end as pattern,
        case when products.category in ('lighting', 'bags', 'kitchenware') and products.price_high > 60
            then pick(['2 years', '3 years', '5 years'], draw($seed, products.product_key, 'warranty')) end as warranty
    from sample_products as products
    left join materials using (material)
    left join sample_colours as colours using (category)
    left join sample_patterns as patterns using (category)
),

facts as (
    select
        product_id,
        product_key,
        unnest([
            {'name': 'material', 'value': material},
            {'name': 'colour', 'value': colour},
            {'name': measure_1, 'value': value_1},
            {'name': measure_2, 'value': value_2},
            {'name': 'care', 'value': care},
            {'name': 'finish', 'value': finish},
            {'name': 'origin', 'value': origin},
            {'name': 'pattern', 'value': pattern},
            {'name': 'feature_1', 'value': feature_1},
            {'name': 'feature_2', 'value': feature_2},
            {'name': 'warranty', 'value': warranty}
        ]) as fact
    from known
)

select product_id, product_key, fact.name as name, fact.value as value
from facts
where fact.name is not null and fact.value is not null
