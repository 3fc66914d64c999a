-- Grain: one row an event of a known customer that came since the marts were refreshed.
select
    customer_id,
    event_type,
    product_id,
    occurred_at
from marked_events
where not is_known and customer_id is not null
