-- Grain: one row a fact name and value that describes looks or make; the mined vocabulary.
select
    name,
    value,
    count(*) as count_products
from shop.product_facts
where length(value) <= 60
group by all
