-- Grain: one row a product (a Handle) with its lowest variant price, and one a refused record; reason tells them apart.
create or replace temp table judged as
with products as (
    select
        min(line) as line,
        handle as product_id,
        arg_min(title, line) filter (title is not null) as name,
        arg_min(vendor, line) filter (title is not null) as brand,
        arg_min(type, line) filter (title is not null) as category,
        min(price) filter (price > 0) as price,
        $currency as currency,
        -- An export without the column Published holds what is published.
        coalesce(bool_or(is_published), true) and bool_or(is_buyable) as is_available,
        arg_min(body, line) filter (title is not null) as description
    from records
    where reason is null
    group by handle
)

select
    line,
    product_id,
    name,
    nullif(trim(brand), '') as brand,
    nullif(trim(translate(lower(category), '’', '''')), '') as category,
    price,
    currency,
    is_available,
    description,
    'shopify' as source,
    cast(null as varchar) as reason
from products
union all
select line, null, null, null, null, null, $currency, null, null, 'shopify', reason
from records
where reason is not null
