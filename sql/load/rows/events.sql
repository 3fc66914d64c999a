-- Grain: one row a record of an events file; reason says why it is refused, null where it is kept.
-- Without an event_id it is a hash of all else: the same event read twice is one event.
with named as (
    select
        line,
        nullif(trim(event_id), '') as event_id,
        nullif(regexp_replace(trim(customer_id), '^(\d+)\.0+$', '\1'), '') as customer_id,
        lower(trim(event_type)) as event_type_text,
        nullif(trim(product_id), '') as product_id,
        occurred_at as occurred_at_text,
        coalesce(
            try_cast(occurred_at as timestamp),
            case length(occurred_at)
                when 13 then make_timestamp(try_cast(occurred_at as bigint) * 1000)
                when 10 then make_timestamp(try_cast(occurred_at as bigint) * 1000000)
            end
        ) as occurred_at
    from incoming
)

select
    line,
    coalesce(
        event_id,
        left(md5(concat_ws('|', coalesce(customer_id, ''), event_type_text, coalesce(product_id, ''), occurred_at)), 20)
    ) as event_id,
    customer_id,
    case
        when event_type_text in ('view', 'product_view', 'viewed', 'page_view', 'viewitem') then 'view'
        when event_type_text in ('cart', 'add_to_cart', 'addtocart', 'add to cart') then 'cart'
        when event_type_text in ('search', 'searched') then 'search'
        when event_type_text in ('purchase', 'transaction', 'order', 'bought') then 'purchase'
    end as event_type,
    product_id,
    occurred_at,
    case
        when event_type is null
            then 'event_type ' || coalesce(left(event_type_text, 40), 'without a value') || ' is none of view, cart, search, purchase'
        when occurred_at is null
            then 'occurred_at ' || coalesce(left(occurred_at_text, 40), 'without a value') || ' is no time'
    end as reason
from named
