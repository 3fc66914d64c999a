-- Grain: one row an event: the views, carts and purchases behind every order line, then sessions that bought nothing.
insert into shop.events (event_id, customer_id, event_type, product_id, occurred_at)
with lines as (
    select
        customer_id,
        product_id,
        ordered_at,
        state,
        hash(order_id, product_id) as line_key
    from sample_lines
),

bought as (
    select customer_id, 'purchase' as event_type, product_id, ordered_at as occurred_at
    from lines
    union all
    select customer_id, 'cart', product_id, ordered_at - to_seconds(40 + cast(floor(draw($seed, line_key, 'cart') * 500) as integer))
    from lines
    union all
    select customer_id, 'view', product_id, ordered_at - to_seconds(600 + cast(floor(draw($seed, line_key, 'view') * 900) as integer))
    from lines
    union all
    select customer_id, 'view', product_id, ordered_at - to_minutes(60 + cast(floor(draw($seed, line_key, 'earlier') * 9000) as integer))
    from lines
    where draw($seed, line_key, 'looked before') < 0.35
),

people as (
    -- Browsers come as often as buyers; the lapsed look in no more.
    select
        customer_id,
        favourite,
        habit,
        (sum(visits) over (order by number) - visits) / sum(visits) over () as share_before
    from (
        select *, case habit when 'browser' then 3.0 when 'lapsed' then 0.6 else 1.0 + least(appetite, 6.0) end as visits
        from sample_people
    ) as visitors
),

numbered_sessions as (
    select
        number,
        2 + cast(floor(9 * power(draw($seed, number, 'length'), 1.6)) as integer) as count_events,
        draw($seed, number, 'visitor') as u_visitor,
        draw($seed, number, 'session day') as u_day,
        draw($seed, number, 'stranger') < 0.3 as is_stranger,
        'any' as profile
    from range(cast($count_events * 0.2 as bigint)) as numbers (number)
),

sessions as (
    select
        visits.number,
        visits.count_events,
        case when not visits.is_stranger then people.customer_id end as customer_id,
        people.favourite,
        people.habit,
        case when people.habit = 'lapsed' and not visits.is_stranger then 'lapsed' else 'any' end as profile,
        visits.u_day
    from numbered_sessions as visits
    asof inner join people on visits.u_visitor >= people.share_before
),

dated as (
    select
        sessions.*,
        days.day + to_seconds(cast(floor(
            3600 * (6.5 + 16.5 * power(draw($seed, number, 'session hour'), 0.7))
        ) as integer)) as started_at
    from sessions
    asof inner join sample_days as days
        on sessions.profile = days.profile and sessions.u_day >= days.share_before
),

steps as (
    select *, unnest(range(count_events)) as step
    from dated
),

wishes as (
    select
        *,
        -- A visitor circles round a few products: the choice depends on a third of the steps.
        draw($seed, number, 'look' || (step // 3)) as u,
        case
            when draw($seed, number, 'list') < 0.55 then favourite
            when habit = 'gift' then 'gift'
            else 'all'
        end as list,
        draw($seed, number, 'type' || step) as u_type
    from steps
),

looked as (
    select wishes.*, shelf.product_id
    from wishes
    asof inner join sample_shelf as shelf
        on wishes.list = shelf.list and wishes.u >= shelf.share_before
),

browsed as (
    select
        customer_id,
        case
            when step = 0 and u_type < 0.4 then 'search'
            when u_type < 0.06 then 'search'
            when u_type > 0.95 and step % 3 <> 0 then 'cart'
            else 'view'
        end as event_type,
        product_id,
        started_at + to_seconds(step * 45 + cast(floor(u_type * 40) as integer)) as occurred_at,
        number,
        step
    from looked
),

unbought as (
    select
        customer_id,
        event_type,
        case when event_type <> 'search' then product_id end as product_id,
        occurred_at
    from browsed
    order by number, step
    limit greatest(0, $count_events - (select count(*) from bought))
),

events as (
    select customer_id, event_type, product_id, occurred_at
    from bought
    union all
    select customer_id, event_type, product_id, occurred_at
    from unbought
)

select
    'E' || lpad(cast(row_number() over (
        order by occurred_at, customer_id nulls last, product_id nulls last, event_type
    ) as varchar), 8, '0') as event_id,
    customer_id,
    event_type,
    product_id,
    occurred_at
from events
order by event_id
