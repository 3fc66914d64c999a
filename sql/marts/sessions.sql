-- Grain: one row a session: events of one customer with less than 30 minutes between them.
create or replace table mart.sessions as
with gaps as (
    select
        customer_id,
        event_type,
        product_id,
        occurred_at,
        occurred_at - lag(occurred_at) over in_order > interval 30 minute as is_late
    from shop.events
    where customer_id is not null
    window in_order as (partition by customer_id order by occurred_at)
),

numbered as (
    select
        *,
        -- the first event of a customer has no gap and so starts session 0
        count(*) filter (where is_late) over (
            partition by customer_id order by occurred_at range unbounded preceding
        ) as session_number
    from gaps
)

select
    customer_id,
    session_number,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(*) as count_events,
    count(distinct product_id) as count_products,
    count(*) filter (where event_type = 'cart') as count_carts,
    count(*) filter (where event_type = 'purchase') > 0 as is_purchase
from numbered
group by customer_id, session_number
