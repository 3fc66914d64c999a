-- Grain: one row a product and fact, three facts a product.
insert into shop.product_facts
select
    'p' || n,
    names.name,
    names.name || ' ' || hash(n, names.name) % 30
from range($products) as numbers(n)
cross join (values ('material'), ('colour'), ('size')) as names(name)
