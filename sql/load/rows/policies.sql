-- Grain: one row a record of a policies file; reason says why it is refused, null where it is kept.
with named as (
    select
        line,
        trim(regexp_replace(lower(trim(name)), '[^a-z0-9]+', '_', 'g'), '_') as name,
        coalesce(nullif(trim(locale), ''), 'en') as locale,
        trim(value) as value,
        trim(body) as body
    from incoming
)

select
    line,
    name,
    locale,
    value,
    body,
    case
        when coalesce(name, '') = '' then 'name is empty'
        when coalesce(value, '') = '' then 'value is empty'
        when coalesce(body, '') = '' then 'body is empty'
    end as reason
from named
