-- Grain: one row a quirk of the orders just judged, with how many rows have it.
select 'without customer' as quirk, count(*) filter (judged.customer_id is null) as count_rows
from judged
where judged.reason is null
union all
select 'unknown customer', count(*) filter (judged.customer_id is not null and customers.customer_id is null)
from judged
left join shop.customers using (customer_id)
where judged.reason is null
union all
select 'cancelled or returned', count(*) filter (judged.state <> 'paid')
from judged
where judged.reason is null
