-- Grain: one row a product; about 6% are unavailable and a few have no price. The description follows later.
insert into shop.products
    (product_id, name, brand, category, price, currency, is_available, description, source, updated_at)
select
    product_id,
    name,
    brand,
    category,
    case when draw($seed, product_id, 'no price') >= 0.025 then price end,
    'GBP',
    draw($seed, product_id, 'unavailable') >= 0.08,
    null,
    'sample',
    cast('2026-11-15' as timestamp) - to_days(cast(floor(draw($seed, product_id, 'updated') * 700) as integer))
from sample_products
order by product_id
