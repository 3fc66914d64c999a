-- Grain: one row a scenario and plugin that has a live text, or one that waits for a person.
select scenario, plugin
from content.texts
where retired_at is null
union
select scenario, plugin
from content.approvals
where state = 'waiting'
order by all
