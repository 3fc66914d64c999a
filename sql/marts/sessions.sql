-- Grain: one row a session: events of one customer with less than 30 minutes between them.
-- Events of one customer within one half hour of the clock always belong together, so they are counted first: what has
-- to be sorted then is a fifth of the events, and nothing grows with one customer's events. Distinct products cost most:
-- each product sets one bit of 64, and where as many bits are set as products were touched, all were different ones.
create or replace table mart.sessions as
with halves as (
    select
        customer_id,
        time_bucket(interval 30 minute, occurred_at) as half_hour,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as count_events,
        count(product_id) as count_touched,
        bit_or(cast(1 as ubigint) << (hash(product_id) & 63)) filter (where product_id is not null) as products,
        count(*) filter (where event_type = 'cart') as count_carts,
        bool_or(event_type = 'purchase') as is_purchase
    from shop.events
    where customer_id is not null
    group by customer_id, half_hour
),

gaps as (
    select
        *,
        started_at - lag(ended_at) over (partition by customer_id order by half_hour) > interval 30 minute as is_late
    from halves
),

numbered as materialized (
    select
        * exclude (is_late),
        -- the first event of a customer has no gap and so starts session 0
        count(*) filter (where is_late) over (
            partition by customer_id order by half_hour rows unbounded preceding
        ) as session_number
    from gaps
),

grouped as materialized (
    select
        customer_id,
        session_number,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        cast(sum(count_events) as bigint) as count_events,
        cast(sum(count_touched) as bigint) as count_touched,
        coalesce(bit_count(bit_or(products)), 0) as count_bits,
        cast(sum(count_carts) as bigint) as count_carts,
        bool_or(is_purchase) as is_purchase
    from numbered
    group by customer_id, session_number
),

doubtful as materialized (
    select numbered.customer_id, numbered.half_hour, numbered.session_number
    from numbered
    inner join grouped using (customer_id, session_number)
    where grouped.count_bits <> grouped.count_touched
),

recounted as (
    select
        doubtful.customer_id,
        doubtful.session_number,
        count(distinct events.product_id) as count_products
    from shop.events as events
    inner join doubtful
        on events.customer_id = doubtful.customer_id
        and time_bucket(interval 30 minute, events.occurred_at) = doubtful.half_hour
    group by doubtful.customer_id, doubtful.session_number
)

select
    grouped.customer_id,
    grouped.session_number,
    grouped.started_at,
    grouped.ended_at,
    grouped.count_events,
    coalesce(recounted.count_products, grouped.count_touched) as count_products,
    grouped.count_carts,
    grouped.is_purchase
from grouped
left join recounted using (customer_id, session_number)
