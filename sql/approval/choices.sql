-- Grain: one row a scenario and plugin that a text on the review page can have.
select distinct scenario, plugin
from content.approvals
where state <> 'replaced'
union
select distinct scenario, plugin
from content.briefs
where state = 'quarantined'
order by all
