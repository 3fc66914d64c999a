-- Grain: adds one row a customer and product.
insert into content.audience_products (scenario_version_id, customer_id, product_id, rank)
select
    $scenario_version_id,
    customer_id,
    product_id,
    rank
from ranked_products
order by customer_id, rank
