-- Grain: one row a product with an open question and fact name; the product's own row goes before facts of the same name.
with asked as (
    select distinct product_id
    from shop.questions
    where answer is null and product_id is not null
),

own as (
    select product_id, name as value, 'name' as name from shop.products
    union all by name
    select product_id, brand as value, 'brand' as name from shop.products
    union all by name
    select product_id, category as value, 'category' as name from shop.products
    union all by name
    select product_id, money(price, currency) as value, 'price' as name from shop.products where price > 0
    union all by name
    select product_id, if(is_available, 'in stock', 'out of stock') as value, 'availability' as name from shop.products
),

known as (
    select product_id, name, value
    from shop.product_facts
    where name not in ('name', 'brand', 'category', 'price', 'availability')
),

together as (
    select product_id, name, value from own
    union all by name
    select product_id, name, value from known
)

select product_id, name, value
from together
semi join asked using (product_id)
where value is not null
order by product_id, name, value
