-- Grain: removes the categories of a scenario's versions.
delete from content.segment_categories
where scenario_version_id in (select scenario_version_id from content.scenarios where scenario = $scenario)
