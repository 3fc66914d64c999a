-- Grain: one row a record of a customers file; reason says why it is refused, null where it is kept.
-- A consent that cannot be read is no consent.
select
    line,
    regexp_replace(trim(customer_id), '^(\d+)\.0+$', '\1') as customer_id,
    nullif(trim(name), '') as name,
    nullif(trim(email), '') as email,
    nullif(trim(phone), '') as phone,
    nullif(trim(address), '') as address,
    nullif(trim(city), '') as city,
    nullif(trim(country), '') as country,
    nullif(trim(locale), '') as locale,
    coalesce(
        if(nullif(trim(is_consenting), '') is null, true, lower(trim(is_consenting)) in ('true', 't', 'yes', 'y', '1')),
        false
    ) as is_consenting,
    coalesce(lower(trim(is_suppressed)) not in ('false', 'f', 'no', 'n', '0', ''), false) as is_suppressed,
    try_cast(created_at as timestamp) as created_at,
    case
        when nullif(trim(customer_id), '') is null then 'customer_id is empty'
        when nullif(trim(created_at), '') is not null and try_cast(created_at as timestamp) is null
            then 'created_at ' || left(created_at, 40) || ' is no time'
    end as reason
from incoming
