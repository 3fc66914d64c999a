-- Grain: one row a product, $products in all, in 40 categories; popularity falls within each category.
insert into shop.products (product_id, name, brand, category, price, currency, is_available, source, updated_at)
select
    'p' || n,
    'Article ' || n,
    'Brand ' || n % 97,
    'Category ' || n % 40,
    cast(3 + hash(n, 1) % 20000 / 100 as decimal(12, 2)),
    'GBP',
    hash(n, 2) % 50 > 0,
    'benchmark',
    timestamp '2026-01-01'
from range($products) as numbers(n)
