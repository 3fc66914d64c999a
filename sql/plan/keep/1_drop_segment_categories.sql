-- Grain: removes the rows of scenario versions that the plan (attached as planned) replaced.
delete from content.segment_categories
where scenario_version_id not in (select scenario_version_id from planned.content.segment_categories)
