-- Grain: one row; whether the last version of the scenario is ready (true where the scenario has no version).
select coalesce(arg_max(state, built_at), 'ready') = 'ready' as is_ready
from content.scenarios
where scenario = $scenario
