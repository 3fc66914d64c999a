-- Grain: one row a session: events of one customer with less than 30 minutes between them.
-- Events of one customer within one half hour of the clock always belong together, so they are counted first: what has
-- to be sorted then is a fifth of the events, and nothing grows with one customer's events.
create or replace table mart.sessions as
with product_halves as (
    select
        customer_id,
        time_bucket(interval 30 minute, occurred_at) as half_hour,
        product_id,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as count_events,
        count(*) filter (where event_type = 'cart') as count_carts,
        bool_or(event_type = 'purchase') as is_purchase
    from shop.events
    where customer_id is not null
    group by all
),

halves as (
    select
        customer_id,
        half_hour,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        sum(count_events) as count_events,
        count(product_id) as count_products,
        sum(count_carts) as count_carts,
        bool_or(is_purchase) as is_purchase
    from product_halves
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
        any_value(count_products) as count_products,
        cast(sum(count_carts) as bigint) as count_carts,
        bool_or(is_purchase) as is_purchase,
        count(*) as count_halves
    from numbered
    group by customer_id, session_number
),

-- a product seen in two half hours of one session counts once
longer as (
    select numbered.customer_id, numbered.half_hour, numbered.session_number
    from numbered
    inner join grouped using (customer_id, session_number)
    where grouped.count_halves > 1
),

longer_products as (
    select
        longer.customer_id,
        longer.session_number,
        count(distinct events.product_id) as count_products
    from shop.events as events
    inner join longer
        on events.customer_id = longer.customer_id
        and time_bucket(interval 30 minute, events.occurred_at) = longer.half_hour
    group by longer.customer_id, longer.session_number
)

select
    grouped.customer_id,
    grouped.session_number,
    grouped.started_at,
    grouped.ended_at,
    grouped.count_events,
    coalesce(longer_products.count_products, grouped.count_products) as count_products,
    grouped.count_carts,
    grouped.is_purchase
from grouped
left join longer_products using (customer_id, session_number)
