-- Grain: adds the rows of scenario versions that the plan (attached as planned) made.
insert into content.audience by name
select *
from planned.content.audience
where scenario_version_id not in (select scenario_version_id from content.audience)
