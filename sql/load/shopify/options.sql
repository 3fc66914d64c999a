-- Grain: one row a product and option (Color, Size, …) with its values in the order in which they stand.
with named as (
    select
        handle,
        max(option1_name) as option1_name,
        max(option2_name) as option2_name,
        max(option3_name) as option3_name
    from records
    where reason is null
    group by handle
),

pairs as (
    select records.handle, records.line, 1 as position, named.option1_name as name, option1_value as value
    from records
    inner join named using (handle)
    where reason is null
    union all
    select records.handle, records.line, 2, named.option2_name, option2_value
    from records
    inner join named using (handle)
    where reason is null
    union all
    select records.handle, records.line, 3, named.option3_name, option3_value
    from records
    inner join named using (handle)
    where reason is null
),

firsts as (
    select handle, position, name, trim(value) as value, min(line) as line
    from pairs
    where trim(name) <> '' and trim(value) <> '' and lower(trim(value)) <> 'default title'
    group by all
)

select handle, lower(trim(name)) as name, list(value order by line) as options, min(line) as line
from firsts
group by handle, position, name
order by line, position
