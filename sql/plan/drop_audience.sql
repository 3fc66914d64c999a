-- Grain: removes the customers of a scenario's versions; its rows in content.scenarios stay.
delete from content.audience
where scenario_version_id in (select scenario_version_id from content.scenarios where scenario = $scenario)
