-- Grain: one row a product before its facts: its type, brand, range and choices. About 1 in 32 is a duplicate of another.
create or replace temp table sample_products as
with ranges as (
    select category, brand, unnest(ranges) as range_name
    from sample_brands
),

chosen as (
    select
        types.*,
        ranges.brand,
        ranges.range_name,
        types.type || ':' || ranges.range_name as product_key,
        row_number() over (
            partition by types.type order by draw($seed, types.type || ':' || ranges.range_name, 'range')
        ) as rank_in_type
    from sample_types as types
    inner join ranges using (category)
),

made as (
    select
        *,
        pick(materials, draw($seed, product_key, 'material')) as material,
        pick(features, draw($seed, product_key, 'feature')) as feature_1,
        draw($seed, product_key, 'price') as u_price
    from chosen
    where rank_in_type <= $count_per_type
),

named as (
    select
        *,
        list_filter(features, lambda f: f <> feature_1) as other_features,
        case
            when draw($seed, product_key, 'name') < 0.45 and material not like 'a %' and material not like '% wax'
            and material not like '% paper' and material not like 'uncoated%' and material not like '%clay'
                then range_name || ' ' || array_to_string(
                    list_transform(string_split(material, ' '), lambda w: upper(w[1]) || w[2:]), ' '
                ) || ' ' || type
            else range_name || ' ' || type
        end as name,
        price_low + (price_high - price_low) * u_price * (0.55 + 0.45 * u_price) as raw_price
    from made
),

priced as (
    select
        *,
        cast(floor(raw_price) + case
            when raw_price < 40 then pick([0.00, 0.50, 0.95], draw($seed, product_key, 'pence'))
            else 0
        end as decimal(12, 2)) as price
    from named
),

numbered as (
    select
        *,
        row_number() over (order by draw($seed, product_key, 'number')) as number
    from priced
),

originals as (
    select *, false as is_duplicate
    from numbered
),

duplicates as (
    select * replace (number + (select max(number) from numbered) as number), true as is_duplicate
    from numbered
    where number % 32 = 5
)

select
    'P' || lpad(cast(number as varchar), 4, '0') as product_id,
    *
from originals
union all
select
    'P' || lpad(cast(number as varchar), 4, '0') as product_id,
    *
from duplicates
