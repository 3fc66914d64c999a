-- Grain: one row a consenting, unsuppressed customer of the segment and an offered product that suits the customer.
-- A customer for whom no product is left stands with a null product, so that the segment stays whole.
create or replace temp table offered_candidates as
with reachable as (
    select customer_id
    from shop.customers
    group by customer_id
    having bool_and(is_consenting) and not bool_or(is_suppressed)
),

asked as (
    select
        cast(candidates.customer_id as varchar) as customer_id,
        cast(candidates.product_id as varchar) as product_id,
        max(cast(candidates.score as double)) as score
    from scenario_candidates as candidates
    where candidates.customer_id is not null
    group by all
)

select
    asked.customer_id,
    offers.product_id,
    max(asked.score) as score
from asked
semi join reachable using (customer_id)
left join mart.product_offers as offers
    on asked.product_id = offers.product_id and ($allow_sensitive or not offers.is_sensitive)
group by all
