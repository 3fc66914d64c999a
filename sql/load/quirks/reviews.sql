-- Grain: one row a quirk of the reviews just judged, with how many rows have it.
with kept as (
    select judged.*, products.product_id is null as is_unknown_product
    from judged
    left join shop.products using (product_id)
    where judged.reason is null
),

by_product as (
    select product_id, count(*) as count_reviews
    from kept
    group by all
)

select 'empty text' as quirk, count(*) filter (body is null) as count_rows from kept
union all
select 'empty title', count(*) filter (title is null) from kept
union all
select 'multi-line text', count(*) filter (contains(body, chr(10))) from kept
union all
select 'text cut near 500 characters', count(*) filter (length(body) between 495 and 505 and not regexp_matches(body, '[.!?)"]$')) from kept
union all
select 'unknown product', count(*) filter (is_unknown_product) from kept
union all
select 'misspelt category mended', count(*) filter (is_category_mended) from kept
union all
select 'product with one review only', count(*) filter (count_reviews = 1) from by_product
