-- Grain: one row a quirk of a Shopify export, with how many records or products have it.
with kept as (
    select *
    from judged
    where reason is null
),

titles as (
    select name, count(*) as count_products
    from kept
    group by all
)

select 'image-only record' as quirk, count(*) filter (is_image_only) as count_rows from records
union all
select 'variant record', count(*) filter (not is_image_only and title is null) from records
union all
select 'duplicate title kept apart', coalesce(sum(count_products - 1), 0)::bigint from titles
union all
select 'unavailable', count(*) filter (not is_available) from kept
union all
select 'without description', count(*) filter (description is null) from kept
union all
select 'without price', count(*) filter (price is null) from kept
union all
select 'styles, scripts and frames taken out', count(*) filter (
    regexp_matches(coalesce(body, ''), '<(style|script|iframe|table|img|meta)|data-sheets', 'i')
)
from records
