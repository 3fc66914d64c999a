-- Grain: one row a purchase (as staging.purchases) whose order or whose line came since the marts were refreshed.
-- Not materialized, so that each branch reads only the new rows of one side.
with paid as not materialized (
    select * from marked_orders
    where state = 'paid' and customer_id is not null
),

sold as not materialized (
    select * from marked_order_lines
    where quantity > 0 and unit_price >= 0
),

added as (
    select paid.customer_id, paid.ordered_at, sold.*
    from paid
    inner join sold using (order_id)
    where not paid.is_known
    union all
    select paid.customer_id, paid.ordered_at, sold.*
    from paid
    inner join sold using (order_id)
    where paid.is_known and not sold.is_known
)

select
    customer_id,
    order_id,
    product_id,
    ordered_at,
    quantity,
    unit_price,
    list_price,
    quantity * unit_price as amount
from added
