-- Grain: one row a review, made from an order line; its aspects and words follow from the product's own strengths.
create or replace temp table sample_reviews as
with candidates as (
    select
        lines.customer_id,
        lines.product_id,
        lines.ordered_at,
        products.type,
        lines.order_key,
        row_number() over (partition by lines.product_id order by draw($seed, lines.order_key, 'who reviews')) as rank_in_product,
        draw($seed, lines.order_key || lines.product_id, 'reviewed') as u_reviewed
    from sample_lines as lines
    inner join sample_products as products using (product_id)
    where lines.state <> 'cancelled' and lines.ordered_at < timestamp '2026-10-20' and not products.is_duplicate
    qualify row_number() over (partition by lines.customer_id, lines.product_id order by lines.ordered_at) = 1
),

-- Half of the reviews go to each product's keenest buyers, half to wherever sales are: uneven, yet widely spread.
chosen as (
    select *
    from candidates
    order by case when rank_in_product <= 1 + 14 * draw($seed, product_id, 'talked about') then 0 else 1 end, u_reviewed
    limit $count_reviews
),

rated as (
    select
        *,
        order_key || ':' || product_id as review_key,
        case
            when draw($seed, order_key || product_id, 'rating') < 0.46 + 0.24 * draw($seed, product_id, 'liked') then 5
            when draw($seed, order_key || product_id, 'rating') < 0.72 + 0.15 * draw($seed, product_id, 'liked') then 4
            when draw($seed, order_key || product_id, 'rating') < 0.84 + 0.09 * draw($seed, product_id, 'liked') then 3
            when draw($seed, order_key || product_id, 'rating') < 0.93 + 0.04 * draw($seed, product_id, 'liked') then 2
            else 1
        end as rating,
        ordered_at + to_hours(96 + cast(floor(draw($seed, order_key || product_id, 'after') * 500) as integer)) as reviewed_at
    from chosen
)

select
    'R' || lpad(cast(row_number() over (order by reviewed_at, review_key) as varchar), 6, '0') as review_id,
    *,
    case when rating >= 4 then 'good' when rating = 3 then 'fair' else 'poor' end as mood
from rated
