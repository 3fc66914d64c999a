-- Grain: one row a pair of products that stood in one order of the customer, as mart.co_purchase names it.
create or replace temp table own_pairs as
with products as (
    select distinct order_id, product_id
    from shop.order_lines
    semi join own_orders using (order_id)
)

select distinct one.product_id || '/' || other.product_id as source_key
from products as one
inner join products as other using (order_id)
where one.product_id <> other.product_id
