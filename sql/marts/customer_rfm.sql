-- Grain: one row a customer who paid for an order: recency in days before the shop's clock, orders, amounts.
-- monetary_rank is 0 for the lowest and 1 for the highest spender. A view, since every new event moves the clock.
create or replace view mart.customer_rfm as
select
    spent.*,
    date_diff('day', spent.last_ordered_at, clock.as_of) as days_since_order,
    percent_rank() over (order by spent.amount_spent) as monetary_rank
from mart.customer_spend as spent
cross join mart.shop_clock as clock
