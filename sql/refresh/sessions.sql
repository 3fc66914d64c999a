-- Grain: one row a session that is new or counted again.
select sessions.* replace (sessions.session_number + starts.count_sessions as session_number)
from part_sessions as sessions
inner join session_starts as starts using (customer_id)
