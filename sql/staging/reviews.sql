-- Grain: one row a review with words, as it may be read: personal data taken out where it was scrubbed.
create or replace view staging.reviews as
with scrubbed as (
    select source_key, source_hash, body
    from staging.scrubbed_texts
    where source_table = 'shop.reviews'
)

select
    reviews.review_id,
    reviews.product_id,
    reviews.rating,
    case when scrubbed.source_hash = md5(reviews.body) then scrubbed.body else reviews.body end as body,
    reviews.reviewed_at
from shop.reviews
left join scrubbed on reviews.review_id = scrubbed.source_key
where reviews.rating between 1 and 5
qualify row_number() over (partition by reviews.review_id order by reviews.reviewed_at desc nulls last, md5(reviews.body)) = 1
