-- Grain: one row a product; ten types in four ranges.
create or replace temp table small_products as
with kinds(kind, category, noun, brand, material, price, capacity, size, care, feature_1, feature_2, origin) as (
    values
    (0, 'Mugs & Teaware', 'Mug', 'Harrow & Pine', 'stoneware', 14, '350 ml', null, 'dishwasher safe',
        'a wide handle', 'a glazed rim', 'Stoke-on-Trent'),
    (1, 'Mugs & Teaware', 'Teapot', 'Harrow & Pine', 'stoneware', 38, '1.1 litres', null, 'hand wash only',
        'a removable strainer', 'a drip-free spout', 'Stoke-on-Trent'),
    (2, 'Cookware', 'Saucepan', 'Thornbury Works', 'stainless steel', 46, '2 litres', null, 'dishwasher safe',
        'a pouring lip', 'a glass lid', 'Sheffield'),
    (3, 'Cookware', 'Casserole', 'Thornbury Works', 'cast iron', 89, '4 litres', null, 'hand wash only',
        'a fitted lid', 'two side handles', 'Sheffield'),
    (4, 'Bedding', 'Duvet Cover', 'Linnet', 'washed linen', 120, null, 'double', 'machine washable at 40°C',
        'a button closure', 'inner corner ties', 'Portugal'),
    (5, 'Bedding', 'Pillowcase', 'Linnet', 'cotton percale', 22, null, 'standard', 'machine washable at 60°C',
        'an envelope closure', null, 'Portugal'),
    (6, 'Lighting', 'Table Lamp', 'Lampwick', 'oak', 75, null, '42 cm', 'wipe with a dry cloth',
        'a fabric shade', 'an inline switch', 'Cumbria'),
    (7, 'Lighting', 'Candle Holder', 'Lampwick', 'brass', 18, null, '12 cm', 'wipe with a dry cloth',
        'a felt base', null, 'Birmingham'),
    (8, 'Bags', 'Tote Bag', 'Marlow Field', 'waxed canvas', 64, '18 litres', null, 'sponge clean',
        'an inner zip pocket', 'a long shoulder strap', 'Walsall'),
    (9, 'Bags', 'Wash Bag', 'Marlow Field', 'waxed canvas', 32, '3 litres', null, 'sponge clean',
        'a water-resistant lining', null, 'Walsall')
),

ranges(variant, range_name, colour, factor) as (
    values (0, 'Ashdown', 'olive green', 1.0), (1, 'Calder', 'slate blue', 1.1), (2, 'Fenwick', 'oatmeal', 0.9),
        (3, 'Rowan', 'rust red', 1.25)
)

select
    kinds.*,
    ranges.*,
    kind * 4 + variant as number,
    printf('p%02d', kind * 4 + variant + 1) as product_id,
    range_name || ' ' || noun as name,
    cast(round(price * factor, 2) as decimal(12, 2)) as unit_price
from kinds cross join ranges
