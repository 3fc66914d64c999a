-- Grain: one row a list that a shopper picks from and a product on it, with the share of picks before it.
-- Lists are the whole shop, each category, and gifts; a product's pull follows a power law.
create or replace temp table sample_shelf as
with pulled as (
    select
        product_id,
        category,
        is_gift,
        price,
        power(0.02 + draw($seed, product_id, 'pull'), -0.75) as pull
    from sample_products
    semi join (select product_id from shop.products where price is not null) as priced using (product_id)
),

lists as (
    select 'all' as list, *
    from pulled
    union all
    select category as list, *
    from pulled
    union all
    select 'gift' as list, *
    from pulled
    where is_gift
    union all
    select 'fine' as list, *
    from pulled
    where price >= 40
)

select
    list,
    product_id,
    price,
    (sum(pull) over (partition by list order by product_id) - pull) / sum(pull) over (partition by list) as share_before
from lists
