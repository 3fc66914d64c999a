-- Grain: one row a quirk of the products just judged, with how many rows have it.
with kept as (
    select *
    from judged
    where reason is null
),

by_name as (
    select lower(name) as name, count(distinct product_id) as count_products
    from kept
    group by all
)

select 'duplicate name kept apart' as quirk, coalesce(sum(count_products - 1), 0)::bigint as count_rows from by_name
union all
select 'without description', count(*) filter (description is null) from kept
union all
select 'without price', count(*) filter (price is null) from kept
union all
select 'unavailable', count(*) filter (not is_available) from kept
