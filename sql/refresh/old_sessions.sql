-- Grain: one row a session of before of a customer with new events.
select
    customer_id,
    session_number,
    started_at,
    ended_at
from before_sessions
semi join new_events using (customer_id)
