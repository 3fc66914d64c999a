-- Grain: adds the rows of scenario versions that the plan (attached as planned) made.
insert into content.audience_products by name
select *
from planned.content.audience_products
where scenario_version_id not in (select scenario_version_id from content.audience_products)
