-- Grain: removes the customers' products of a scenario's versions.
delete from content.audience_products
where scenario_version_id in (select scenario_version_id from content.scenarios where scenario = $scenario)
