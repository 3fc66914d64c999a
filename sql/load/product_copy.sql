-- Grain: one row a kept product whose merchant's description is long enough to learn from; line is the record's.
create or replace temp table product_copy as
with described as (
    select
        line,
        product_id,
        description,
        row_number() over (partition by product_id order by line desc) as recency
    from judged
    where reason is null and length(description) >= 40
)

select
    line,
    'description:' || product_id as copy_id,
    product_id,
    'descriptions' as kind,
    'en' as locale,
    cast(null as varchar) as tone,
    cast(null as varchar) as goal,
    description as body,
    cast(null as json) as facts,
    cast(null as timestamp) as approved_at,
    cast(null as varchar) as reason
from described
where recency = 1
