-- Grain: removes the rows of scenario versions that the plan (attached as planned) replaced.
delete from content.audience_products
where scenario_version_id not in (select scenario_version_id from planned.content.audience_products)
