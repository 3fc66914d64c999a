-- Grain: one row a customer with paid lines whose list price is known: which share of them was bought at a discount.
create or replace table mart.discount_share as
select
    customer_id,
    count(*) as count_lines,
    count(*) filter (where unit_price < list_price) as count_discounted,
    count(*) filter (where unit_price < list_price) / count(*) as discount_share
from staging.purchases
where list_price > 0
group by customer_id
