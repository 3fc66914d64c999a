-- Grain: one row a quirk of the order lines just judged, with how many rows have it.
select 'unknown product' as quirk, count(*) filter (products.product_id is null) as count_rows
from judged
left join shop.products using (product_id)
where judged.reason is null
union all
select 'unknown order', count(*) filter (orders.order_id is null)
from judged
left join shop.orders using (order_id)
where judged.reason is null
