-- Grain: one row a product that reviews name and shop.products lacks: its most frequent category and name.
create or replace temp table review_products as
with unknown as (
    select
        judged.product_id,
        mode(judged.product_category) as category,
        mode(judged.product_name) as product_name,
        min(judged.line) as line
    from judged
    left join shop.products using (product_id)
    where judged.reason is null
        and products.product_id is null
        and (judged.product_category is not null or judged.product_name is not null)
    group by all
)

select
    line,
    product_id,
    coalesce(
        product_name,
        upper(left(category, 1)) || substr(category, 2) || ' ' || product_id
    ) as name,
    cast(null as varchar) as brand,
    category,
    cast(null as decimal(12, 2)) as price,
    $currency as currency,
    true as is_available,
    cast(null as varchar) as description,
    'reviews' as source,
    cast(null as varchar) as reason
from unknown
