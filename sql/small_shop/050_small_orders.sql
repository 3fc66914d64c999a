-- Grain: one row an order that the cohort makes: customer, number, days before the clock.
create or replace temp table small_orders as
with wanted as (
    select
        c, n,
        c % 10 as cohort,
        case c % 10
            when 0 then 240 + n * 80 + c % 30
            when 2 then 15 + c % 60
            when 3 then 20 + n * 90 + c % 20
            when 4 then 30 + n * 100 + c % 40
            when 5 then case when n % 2 = 0 then 325 + c % 25 else 690 + c % 25 end
            else 25 + n * 150 + c % 90
        end as days_ago
    from range(1, 301) as customers(c)
    cross join range(0, 6) as orders(n)
)

select
    *,
    printf('o%04d%d', c, n) as order_id,
    timestamp '2026-11-15 12:00:00' - to_days(cast(days_ago as integer)) - to_hours(c % 9) as ordered_at
from wanted
where n < case cohort when 0 then 5 when 1 then 0 when 2 then 1 when 3 then 6 when 4 then 4 when 5 then 4 else 3 end
