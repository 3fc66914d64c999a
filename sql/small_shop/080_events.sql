-- Grain: one row an event: sessions of four events; browsers look at the same few products again and again.
insert into shop.events
with visits as (
    select
        c, s, e,
        c % 10 as cohort,
        case when c % 10 = 1 then (s * 4 + c) % 28 else s * 40 + c % 37 + 2 end as days_ago,
        case when c % 10 = 1 then (c * 3 + e % 3) % 40 else (c * 13 + s * 5 + e * 3) % 40 end as number
    from range(1, 331) as customers(c)
    cross join range(0, 6) as sessions(s)
    cross join range(0, 4) as steps(e)
    where c % 10 <> 0 or s > 3
)

select
    printf('e%04d%d%d', c, s, e),
    -- the last thirty are strangers
    case when c <= 300 then printf('c%04d', c) end,
    case when e = 3 and (c + s) % 3 = 0 then 'cart' else 'view' end,
    product_id,
    timestamp '2026-11-15 11:00:00' - to_days(cast(days_ago as integer)) - to_hours(c % 7) + to_minutes(e * 4)
from visits inner join small_products using (number)
