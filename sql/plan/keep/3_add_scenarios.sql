-- Grain: adds one row a scenario version that the plan (attached as planned) made.
insert into content.scenarios by name
select *
from planned.content.scenarios
where scenario_version_id not in (select scenario_version_id from content.scenarios)
