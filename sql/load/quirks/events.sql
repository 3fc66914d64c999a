-- Grain: one row a quirk of the events just judged, with how many rows have it.
select 'without customer' as quirk, count(*) filter (judged.customer_id is null) as count_rows
from judged
where judged.reason is null
union all
select 'unknown product', count(*) filter (judged.product_id is not null and products.product_id is null)
from judged
left join shop.products using (product_id)
where judged.reason is null
