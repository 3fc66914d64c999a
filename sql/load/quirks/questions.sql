-- Grain: one row a quirk of the questions just judged, with how many rows have it.
select 'unknown product' as quirk, count(*) filter (judged.product_id is not null and products.product_id is null) as count_rows
from judged
left join shop.products using (product_id)
where judged.reason is null
union all
select 'without product', count(*) filter (judged.product_id is null)
from judged
where judged.reason is null
