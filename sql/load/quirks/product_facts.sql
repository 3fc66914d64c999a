-- Grain: one row a quirk of the product facts just judged, with how many rows have it.
select 'unknown product' as quirk, count(*) filter (products.product_id is null) as count_rows
from judged
left join shop.products using (product_id)
where judged.reason is null
