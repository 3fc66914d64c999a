-- Grain: one row a record of a product facts file; reason says why it is refused, null where it is kept.
with named as (
    select
        line,
        trim(product_id) as product_id,
        trim(regexp_replace(lower(trim(name)), '[^a-z0-9]+', '_', 'g'), '_') as name,
        trim(regexp_replace(value, '\s+', ' ', 'g')) as value
    from incoming
)

select
    line,
    product_id,
    if(name = 'color', 'colour', name) as name,
    value,
    case
        when coalesce(product_id, '') = '' then 'product_id is empty'
        when not regexp_full_match(coalesce(name, ''), '[a-z][a-z0-9_]{0,40}') then 'name is no name of a fact'
        when coalesce(value, '') = '' then 'value is empty'
        when length(value) > 300 then 'value is longer than 300 characters'
    end as reason
from named
