-- Grain: one row a profile and day of the two years, with the running share of orders up to and including it.
create or replace temp table sample_days as
with days as (
    select
        cast(day as date) as day,
        case month(day)
            when 11 then 1.75 when 12 then 1.9 when 1 then 0.8 when 2 then 0.8 when 6 then 0.85 when 7 then 0.85
            when 8 then 0.8 when 10 then 1.1 else 1.0
        end
        * case when month(day) = 12 and day(day) > 22 then 0.35 else 1.0 end
        * case isodow(day) when 7 then 1.3 when 6 then 1.05 when 5 then 0.85 when 1 then 1.1 else 1.0 end
        -- The shop grows by a third over the two years.
        * (1.0 + 0.33 * date_diff('day', date '2024-11-16', day) / 730.0) as weight
    from generate_series(timestamp '2024-11-16', timestamp '2026-11-15', interval 1 day) as series (day)
),

profiles as (
    select 'any' as profile, day, weight
    from days
    union all
    select 'gift' as profile, day, weight
    from days
    where month(day) = 12 and day(day) <= 22 or month(day) = 11
    union all
    select 'lapsed' as profile, day, weight
    from days
    where day < date '2026-04-20'
)

select
    profile,
    day,
    sum(weight) over (partition by profile order by day) / sum(weight) over (partition by profile) as share_until,
    coalesce(
        sum(weight) over (partition by profile order by day rows between unbounded preceding and 1 preceding), 0
    ) / sum(weight) over (partition by profile) as share_before
from profiles
