-- Grain: one row an ordered pair of products that at least three customers bought in one order.
-- count_told is what may be said in public: in steps of 20, since an exact count that grows by one between two runs
-- would show a single order, and null below. lift is how many times as often as two unrelated products would be; rank 1 is the closest companion.
create or replace table mart.co_purchase as
with baskets as (
    select distinct order_id, customer_id, product_id from staging.purchases
),

-- orders of a whole shop's stock say nothing about what goes together
sized as (
    select order_id from baskets group by order_id having count(*) between 2 and 30
),

small as (
    select baskets.* from baskets semi join sized using (order_id)
),

-- each pair is counted once, with the lesser product first, and a customer's orders of it before the customers
bought as (
    select
        one.product_id,
        other.product_id as companion_id,
        one.customer_id,
        count(*) as count_orders
    from small as one
    inner join small as other on one.order_id = other.order_id and one.product_id < other.product_id
    group by all
),

counted as (
    select
        product_id,
        companion_id,
        cast(sum(count_orders) as bigint) as count_orders,
        count(*) as count_customers
    from bought
    group by product_id, companion_id
    having count(*) >= 3
),

pairs as (
    select * from counted
    union all
    select
        companion_id as product_id,
        product_id as companion_id,
        count_orders,
        count_customers
    from counted
),

alone as (
    select product_id, count(*) as count_orders from baskets group by product_id
),

total as (
    select count(distinct order_id) as count_orders from baskets
)

select
    pairs.*,
    case when pairs.count_orders >= 20 then 'at least ' || pairs.count_orders // 20 * 20 end as count_told,
    pairs.count_orders * total.count_orders / (one.count_orders * other.count_orders) as lift,
    row_number() over (
        partition by pairs.product_id order by pairs.count_orders desc, pairs.companion_id
    ) as rank
from pairs
cross join total
inner join alone as one on pairs.product_id = one.product_id
inner join alone as other on pairs.companion_id = other.product_id
