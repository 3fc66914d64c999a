-- Grain: one row a record of a products file; reason says why it is refused, null where it is kept.
select
    line,
    trim(product_id) as product_id,
    trim(name) as name,
    nullif(trim(brand), '') as brand,
    nullif(lower(trim(category)), '') as category,
    try_cast(regexp_replace(price, '[£$€,\s]', '', 'g') as decimal(12, 2)) as price,
    upper(coalesce(nullif(trim(currency), ''), $currency)) as currency,
    case
        when nullif(trim(is_available), '') is null then true
        when lower(trim(is_available)) in ('true', 't', 'yes', 'y', 'in stock', 'available') then true
        when lower(trim(is_available)) in ('false', 'f', 'no', 'n', 'out of stock', 'sold out', 'unavailable') then false
        else try_cast(is_available as double) > 0
    end as is_available,
    description,
    coalesce(nullif(trim(source), ''), $source) as source,
    case
        when nullif(trim(product_id), '') is null then 'product_id is empty'
        when nullif(trim(name), '') is null then 'name is empty'
        when nullif(trim(price), '') is not null
            and try_cast(regexp_replace(price, '[£$€,\s]', '', 'g') as decimal(12, 2)) is null
            then 'price ' || left(price, 40) || ' is no number'
        when try_cast(regexp_replace(price, '[£$€,\s]', '', 'g') as decimal(12, 2)) < 0 then 'price is below zero'
        when not regexp_full_match(upper(coalesce(nullif(trim(currency), ''), $currency)), '[A-Z]{3}')
            then 'currency ' || left(currency, 40) || ' is no ISO 4217 code'
        when nullif(trim(is_available), '') is not null
            and lower(trim(is_available)) not in (
                'true', 't', 'yes', 'y', 'in stock', 'available', 'false', 'f', 'no', 'n', 'out of stock', 'sold out',
                'unavailable'
            )
            and try_cast(is_available as double) is null
            then 'is_available ' || left(is_available, 40) || ' is neither yes, no nor a number'
    end as reason
from incoming
