-- Grain: one row a product. Two are sold out, one has no price.
insert into shop.products (product_id, name, brand, category, price, is_available, description, source, updated_at)
select
    product_id, name, brand, category,
    case when number = 39 then null else unit_price end,
    number not in (13, 26),
    'The ' || name || ' is made of ' || material || ' in ' || colour || '.',
    'small', timestamp '2026-01-01'
from small_products
