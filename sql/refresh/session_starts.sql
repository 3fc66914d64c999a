-- Grain: one row a customer with new events: the moment from which the sessions have to be counted again, and how many
-- stand before it. Sessions that ended more than 30 minutes before the first new event stay as they are.
with arrived as (
    select
        customer_id,
        min(occurred_at) as arrived_at
    from new_events
    group by customer_id
)

select
    arrived.customer_id,
    least(
        any_value(arrived.arrived_at),
        min(old.started_at) filter (where old.ended_at >= arrived.arrived_at - interval 30 minute)
    ) as started_at,
    count(*) filter (where old.ended_at < arrived.arrived_at - interval 30 minute) as count_sessions
from arrived
left join old_sessions as old using (customer_id)
group by arrived.customer_id
