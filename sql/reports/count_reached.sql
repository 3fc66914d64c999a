-- Grain: one row; how many customers stand in at least one of the scenario versions $versions.
select count(distinct audience.customer_id) as count_customers
from content.audience
inner join content.scenarios using (scenario_version_id)
where list_contains($versions, scenarios.scenario || '/' || scenarios.version)
