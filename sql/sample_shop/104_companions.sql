-- Grain: one row a product and one of at most two products that go with it, of the types that pair with its own.
create or replace temp table sample_companions as
with pairs as (
    select
        products.product_id,
        others.product_id as companion_id,
        others.name as companion_name,
        others.category as companion_category,
        row_number() over (
            partition by products.product_id
            -- The same collection first: people match their things.
            order by
                case when products.range_name = others.range_name then 0 else 1 end,
                draw($seed, products.product_key || others.product_key, 'companion')
        ) as rank
    from sample_products as products
    inner join sample_pairs using (type)
    inner join sample_products as others
        on sample_pairs.companion_type = others.type and products.name <> others.name
    inner join shop.products as sold on others.product_id = sold.product_id
    where not others.is_duplicate and sold.price is not null
)

select *
from pairs
where rank <= 2
