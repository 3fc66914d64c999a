-- Grain: one row an order: each buyer's first, then the rest by appetite until the count is reached.
create or replace temp table sample_orders as
with buyers as (
    select *
    from sample_people
    where habit <> 'browser'
),

firsts as (
    select customer_id, habit, favourite, row_number() over (order by number) as order_key
    from buyers
),

wanting as (
    select
        customer_id,
        habit,
        favourite,
        (sum(appetite) over (order by number) - appetite) / sum(appetite) over () as share_before
    from buyers
    where appetite > 0
),

more as (
    select
        1000000 + number as order_key,
        draw($seed, number, 'who orders') as u
    from range(greatest(0, $count_orders - (select count(*) from firsts))) as numbers (number)
),

orders as (
    select customer_id, habit, favourite, order_key
    from firsts
    union all
    select wanting.customer_id, wanting.habit, wanting.favourite, more.order_key
    from more
    asof inner join wanting on more.u >= wanting.share_before
    order by order_key
    limit $count_orders
),

timed as (
    select
        *,
        case habit
            when 'gift' then case when draw($seed, order_key, 'in season') < 0.9 then 'gift' else 'any' end
            when 'lapsed' then 'lapsed'
            else 'any'
        end as profile,
        draw($seed, order_key, 'day') as u_day
    from orders
),

dated as (
    select
        timed.*,
        days.day
        + to_minutes(cast(floor(
            60 * (7 + 16 * power(draw($seed, order_key, 'hour'), 0.75)) + 60 * draw($seed, order_key, 'minute')
        ) as integer))
        + to_seconds(cast(floor(draw($seed, order_key, 'second') * 60) as integer)) as ordered_at
    from timed
    asof inner join sample_days as days
        on timed.profile = days.profile and timed.u_day >= days.share_before
)

select
    'O' || lpad(cast(row_number() over (order by ordered_at, order_key) as varchar), 7, '0') as order_id,
    customer_id,
    habit,
    favourite,
    order_key,
    ordered_at,
    case
        when draw($seed, order_key, 'state') < 0.025 then 'cancelled'
        when draw($seed, order_key, 'state') < 0.065 then 'returned'
        else 'paid'
    end as state
from dated
