-- Grain: one row: as_of is the shop's own present, its latest order or event (never the wall clock);
-- season is what a shop would speak of then: spring, summer, autumn, winter, or christmas from mid October on.
create or replace table mart.shop_clock as
with latest as (
    select greatest(
        (select max(ordered_at) from shop.orders),
        (select max(occurred_at) from shop.events)
    ) as as_of
)

select
    as_of,
    case
        when as_of is null then 'all_year'
        when month(as_of) in (11, 12) or (month(as_of) = 10 and day(as_of) >= 15) then 'christmas'
        when month(as_of) in (1, 2) then 'winter'
        when month(as_of) <= 5 then 'spring'
        when month(as_of) <= 8 then 'summer'
        else 'autumn'
    end as season
from latest
