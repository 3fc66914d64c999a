-- Grain: one row a product and companion, with the count of orders that hold both.
create or replace temp table sample_bought_together as
with bought as (
    select distinct order_id, product_id
    from sample_lines
    where state = 'paid'
)

select
    companions.product_id,
    companions.companion_id,
    count(*) as count_orders
from sample_companions as companions
inner join bought as mine on companions.product_id = mine.product_id
inner join bought as theirs on mine.order_id = theirs.order_id and companions.companion_id = theirs.product_id
group by companions.product_id, companions.companion_id
