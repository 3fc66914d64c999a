-- Grain: one row a product's name and brand.
select distinct
    name,
    brand
from shop.products
