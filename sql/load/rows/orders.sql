-- Grain: one row a record of an orders file; reason says why it is refused, null where it is kept.
with named as (
    select
        line,
        regexp_replace(trim(order_id), '^(\d+)\.0+$', '\1') as order_id,
        nullif(regexp_replace(trim(customer_id), '^(\d+)\.0+$', '\1'), '') as customer_id,
        try_cast(ordered_at as timestamp) as ordered_at,
        ordered_at as ordered_at_text,
        lower(trim(coalesce(state, ''))) as state_text
    from incoming
)

select
    line,
    order_id,
    customer_id,
    ordered_at,
    case
        when state_text in ('', 'paid', 'complete', 'completed', 'fulfilled', 'shipped', 'delivered', 'partially_refunded') then 'paid'
        when state_text in ('cancelled', 'canceled', 'voided', 'expired', 'failed') then 'cancelled'
        when state_text in ('returned', 'refunded') then 'returned'
    end as state,
    case
        when coalesce(order_id, '') = '' then 'order_id is empty'
        when coalesce(trim(ordered_at_text), '') = '' then 'ordered_at is empty'
        when ordered_at is null then 'ordered_at ' || left(ordered_at_text, 40) || ' is no time'
        when state is null then 'state ' || left(state_text, 40) || ' is none of paid, cancelled, returned'
    end as reason
from named
