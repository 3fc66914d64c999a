-- Grain: one row a product and number of reviews at some time (five or more): what a summary could say then.
create or replace temp table sample_summary_facts as
with numbered as (
    select
        review_id,
        product_id,
        rating,
        reviewed_at,
        row_number() over (partition by product_id order by reviewed_at, review_id) as number
    from sample_reviews
),

moments as (
    select product_id, number as count_reviews, reviewed_at
    from numbered
    where number >= 5
),

counted as (
    select
        moments.product_id,
        moments.count_reviews,
        aspects.aspect,
        count(*) filter (where aspects.is_praise) as count_praised,
        count(*) filter (where not aspects.is_praise) as count_faulted
    from moments
    inner join numbered on moments.product_id = numbered.product_id and moments.count_reviews >= numbered.number
    inner join sample_review_aspects as aspects on numbered.review_id = aspects.review_id
    group by all
),

ranked as (
    select
        product_id,
        count_reviews,
        list({'aspect': aspect, 'count': count_praised} order by count_praised desc, aspect)
            filter (where count_praised > count_faulted) as praised,
        list({'aspect': aspect, 'count': count_faulted} order by count_faulted desc, aspect)
            filter (where count_faulted > 0) as faulted
    from counted
    group by product_id, count_reviews
),

averages as (
    select
        moments.product_id,
        moments.count_reviews,
        moments.reviewed_at,
        avg(numbered.rating) as rating_average
    from moments
    inner join numbered on moments.product_id = numbered.product_id and moments.count_reviews >= numbered.number
    group by all
)

select
    product_id,
    averages.reviewed_at,
    averages.count_reviews as number,
    map_from_entries(list_filter([
        {'key': 'count_reviews', 'value': cast(averages.count_reviews as varchar)},
        {'key': 'rating_average', 'value': printf('%.1f', averages.rating_average)},
        {'key': 'praised_1', 'value': praised[1].aspect},
        {'key': 'count_praised_1', 'value': cast(praised[1].count as varchar)},
        {'key': 'praised_2', 'value': praised[2].aspect},
        {'key': 'count_praised_2', 'value': cast(praised[2].count as varchar)},
        -- What is told as praised is not told as faulted in the same breath.
        {'key': 'faulted_1', 'value': list_filter(faulted, lambda f: f.aspect <> praised[1].aspect and f.aspect <> coalesce(praised[2].aspect, ''))[1].aspect},
        {'key': 'count_faulted_1', 'value': cast(
            list_filter(faulted, lambda f: f.aspect <> praised[1].aspect and f.aspect <> coalesce(praised[2].aspect, ''))[1].count as varchar
        )}
    ], lambda entry: entry.value is not null)) as facts
from averages
inner join ranked using (product_id, count_reviews)
where praised is not null
