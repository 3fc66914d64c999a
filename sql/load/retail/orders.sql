-- Grain: one row an invoice with at least one line that is kept; a credit note (C…) is a cancelled order.
create or replace temp table judged_orders as
select
    min(line) as line,
    order_id,
    max(customer_id) as customer_id,
    min(ordered_at) as ordered_at,
    if(bool_or(is_cancellation), 'cancelled', 'paid') as state,
    cast(null as varchar) as reason
from lines
where not is_copy and reason is null
group by order_id
