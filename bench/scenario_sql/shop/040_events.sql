-- Grain: one row an event: sessions $first_session to $last_session of $sessions over two years, five events each in the mean, in order of time.
-- One session in eight is a stranger's; a customer looks at three categories mostly; a few customers come often.
insert into shop.events
with visits as (
    select
        n as session,
        'c' || cast(floor($customers * pow(hash(n, 5) / 1.8446744073709552e19, 1.3)) as bigint) as visitor,
        hash(n, 6) % 8 = 0 as is_stranger,
        timestamp '2024-11-01' + to_microseconds(cast(63072000000000.0 * n / $sessions as bigint)) as started_at,
        unnest(range(cast(1 + hash(n, 7) % 9 as bigint))) as step
    from range($first_session, $last_session) as numbers(n)
),

drawn as (
    select
        *,
        hash(session, step, 8) % 100 as kind,
        cast(hash(visitor, hash(session, step, 9) % 3) % 40 as bigint) as category,
        hash(session, step, 10) / 1.8446744073709552e19 as draw
    from visits
)

select
    'e' || (session * 9 + step),
    case when not is_stranger then visitor end,
    case when kind < 80 then 'view' when kind < 88 then 'cart' when kind < 95 then 'search' else 'purchase' end,
    case
        when kind < 88 or kind >= 95
            then 'p' || (category + 40 * cast(floor($products // 40 * pow(draw, 2)) as bigint))
    end,
    started_at + to_seconds(step * 70 + cast(hash(session, step, 11) % 60 as bigint))
from drawn
