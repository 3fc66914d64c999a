-- Grain: adds the rows of scenario versions that the plan (attached as planned) made.
insert into content.segment_categories by name
select *
from planned.content.segment_categories
where scenario_version_id not in (select scenario_version_id from content.segment_categories)
