-- Grain: one row; how many rows and customers stand in feed_rows.
select
    count(*) as count_rows,
    count(distinct customer_id) as count_customers
from feed_rows
