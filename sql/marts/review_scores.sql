-- Grain: one row a reviewed product: how many reviews, their average rating of 5, how many rate it 4 or 5.
create or replace table mart.review_scores as
select
    product_id,
    count(*) as count_reviews,
    cast(avg(rating) as decimal(3, 1)) as rating_average,
    count(*) filter (where rating >= 4) as count_pleased,
    count(*) filter (where rating <= 2) as count_displeased
from staging.reviews
group by product_id
