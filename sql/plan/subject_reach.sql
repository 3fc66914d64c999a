-- Grain: one row a product of the scenario version: how many customers it would be spoken about to.
select
    product_id as subject_id,
    count(*) as count_customers
from content.audience_products
where scenario_version_id = $scenario_version_id
group by product_id
