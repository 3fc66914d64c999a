-- Grain: adds one row a category from which at least $min_audience customers of the audience bought.
insert into content.segment_categories (scenario_version_id, category, count_customers, rank)
with counted as (
    select
        affinity.category,
        count(*) as count_customers
    from mart.category_affinity as affinity
    semi join offered_candidates as audience using (customer_id)
    where affinity.count_lines > 0
    group by affinity.category
    having count(*) >= $min_audience
)

select
    $scenario_version_id,
    category,
    count_customers,
    row_number() over (order by count_customers desc, category)
from counted
