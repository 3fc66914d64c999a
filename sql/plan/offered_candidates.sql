-- Grain: one row a consenting, unsuppressed customer of the segment and an offered product that suits the customer.
-- A customer for whom no product is left stands with a null product, so that the segment stays whole.
create or replace temp table offered_candidates as
with reachable as (
    select customer_id
    from shop.customers
    group by customer_id
    having bool_and(is_consenting) and not bool_or(is_suppressed)
)

select
    cast(candidates.customer_id as varchar) as customer_id,
    offers.product_id,
    max(cast(candidates.score as double)) as score
from scenario_candidates as candidates
semi join reachable on cast(candidates.customer_id as varchar) = reachable.customer_id
left join mart.product_offers as offers
    on
        cast(candidates.product_id as varchar) = offers.product_id
        and ($allow_sensitive or not offers.is_sensitive)
group by all
