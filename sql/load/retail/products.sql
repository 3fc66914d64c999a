-- Grain: one row a product: its name and category (found_names), the price it most often has, the lowest of several.
-- It counts as available while it was sold within 90 days of the last sale in the file.
create or replace temp table judged_products as
with kept as (
    select *
    from lines
    where not is_copy and reason is null
),

price_counts as (
    select code, cast(price as decimal(12, 2)) as price, count(*) as count_lines
    from kept
    where not is_cancellation
    group by all
),

prices as (
    select code, price
    from price_counts
    qualify row_number() over (partition by code order by count_lines desc, price) = 1
),

sales as (
    select code, min(line) as line, max(ordered_at) filter (not is_cancellation) as last_sold_at
    from kept
    group by all
)

select
    sales.line,
    sales.code as product_id,
    found_names.name,
    cast(null as varchar) as brand,
    found_names.category,
    prices.price,
    'GBP' as currency,
    coalesce(
        sales.last_sold_at >= (select max(ordered_at) from kept) - interval 90 days, false
    ) as is_available,
    cast(null as varchar) as description,
    'online_retail' as source,
    cast(null as varchar) as reason
from sales
inner join found_names using (code)
left join prices using (code)
