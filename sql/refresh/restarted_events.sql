-- Grain: one row an event, old or new, of a customer in session_starts from that start on; $since is the earliest of them.
select
    events.customer_id,
    events.event_type,
    events.product_id,
    events.occurred_at
from shop.events
inner join session_starts as starts on events.customer_id = starts.customer_id and events.occurred_at >= starts.started_at
where events.occurred_at >= $since
