-- Grain: one row a record of a Shopify product export: a product with its first variant, a variant, or an image.
create or replace temp table records as
with typed as (
    select
        *,
        nullif(trim(handle), '') as handle_name,
        try_cast(variant_price as decimal(12, 2)) as price,
        try_cast(variant_quantity as integer) as quantity,
        try_cast(variant_grams as double) as grams
    from incoming
)

select
    line,
    handle_name as handle,
    nullif(trim(title), '') as title,
    body,
    vendor,
    type,
    tags,
    lower(trim(published)) in ('true', '1', 'yes') as is_published,
    option1_name, option1_value, option2_name, option2_value, option3_name, option3_value,
    price,
    grams,
    variant_price is null and variant_sku is null as is_image_only,
    -- What is not tracked, or may be sold below zero, can be bought.
    variant_price is not null and (
        coalesce(quantity, 0) > 0
        or coalesce(trim(variant_tracker), '') = ''
        or lower(trim(variant_policy)) = 'continue'
    ) as is_buyable,
    case
        when handle_name is null then 'Handle is empty'
        when variant_price is not null and price is null then 'Variant Price ' || left(variant_price, 40) || ' is no number'
        when price < 0 then 'Variant Price is below zero'
        when bool_and(title is null or trim(title) = '') over (partition by handle_name)
            then 'no record of the Handle ' || left(handle_name, 80) || ' has a Title'
    end as reason
from typed
