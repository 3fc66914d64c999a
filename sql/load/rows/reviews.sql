-- Grain: one row a record of a reviews file; reason says why it is refused, null where it is kept.
-- A review without words stays with a null body: its rating counts. Without a review_id it is a hash of all else,
-- and of its number among its likes where it has no words: two people may give a product the same silent rating.
with named as (
    select
        line,
        nullif(trim(review_id), '') as review_id,
        regexp_replace(trim(product_id), '^(\d+)\.0+$', '\1') as product_id,
        nullif(regexp_replace(trim(customer_id), '^(\d+)\.0+$', '\1'), '') as customer_id,
        rating as rating_text,
        try_cast(rating as double) as rating_number,
        nullif(trim(title), '') as title,
        nullif(trim(body), '') as body,
        reviewed_at as reviewed_at_text,
        try_cast(reviewed_at as timestamp) as reviewed_at,
        nullif(trim(product_name), '') as product_name,
        nullif(lower(trim(product_category)), '') as product_category
    from incoming
)

select
    line,
    coalesce(
        review_id,
        left(
            md5(concat_ws(
                '|',
                product_id,
                coalesce(customer_id, ''),
                rating_text,
                coalesce(title, ''),
                coalesce(body, ''),
                coalesce(reviewed_at_text, ''),
                if(
                    body is null,
                    row_number() over (
                        partition by product_id, customer_id, rating_text, title, body, reviewed_at_text
                        order by line
                    ),
                    0
                )
            )),
            20
        )
    ) as review_id,
    product_id,
    customer_id,
    try_cast(rating_number as integer) as rating,
    title,
    body,
    reviewed_at,
    product_name,
    if(product_category = 'initmates', 'intimates', product_category) as product_category,
    coalesce(product_category = 'initmates', false) as is_category_mended,
    case
        when coalesce(product_id, '') = '' then 'product_id is empty'
        when rating_number is null then 'rating ' || coalesce(left(rating_text, 40), 'without a value') || ' is no number'
        when rating_number not in (1, 2, 3, 4, 5) then 'rating ' || left(rating_text, 40) || ' is not a whole number from 1 to 5'
        when nullif(trim(reviewed_at_text), '') is not null and reviewed_at is null
            then 'reviewed_at ' || left(reviewed_at_text, 40) || ' is no time'
    end as reason
from named
