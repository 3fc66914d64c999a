-- Grain: one row a session of before that was counted again.
select
    old.customer_id,
    old.session_number
from old_sessions as old
inner join session_starts as starts on old.customer_id = starts.customer_id and old.session_number >= starts.count_sessions
