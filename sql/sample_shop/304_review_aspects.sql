-- Grain: one row a review and aspect that it speaks of, with the sentence; at most two praised and two faulted.
create or replace temp table sample_review_aspects as
with weighed as (
    select
        reviews.review_id,
        reviews.product_id,
        reviews.reviewed_at,
        reviews.rating,
        reviews.review_key,
        aspects.aspect,
        -- A product is praised for its own strengths and faulted for its own weaknesses, mostly; what its category
        -- alone has (the scent of a candle) is spoken of sooner than what all have.
        draw($seed, reviews.review_key, 'praise' || aspects.aspect)
        * (0.15 + draw($seed, reviews.product_id, 'strength' || aspects.aspect))
        * case when aspects.is_general then 1.0 else 0.5 end as praise_order,
        draw($seed, reviews.review_key, 'fault' || aspects.aspect)
        * (0.15 + draw($seed, reviews.product_id, 'weakness' || aspects.aspect))
        * case when aspects.is_general then 1.0 else 0.5 end as fault_order,
        draw($seed, reviews.review_key, 'count') as u_count
    from sample_reviews as reviews
    inner join sample_aspects as aspects using (type)
),

praised as (
    select *, true as is_praise
    from weighed
    where rating >= 3 or rating = 2 and u_count > 0.7
    qualify row_number() over (partition by review_id order by praise_order)
    <= case when rating >= 4 and u_count < 0.6 then 2 else 1 end
),

faulted as (
    select *, false as is_praise
    from weighed
    anti join praised using (review_id, aspect)
    where rating <= 3 or rating = 4 and u_count > 0.45 or rating = 5 and u_count > 0.92
    qualify row_number() over (partition by review_id order by fault_order)
    <= case when rating <= 2 and u_count < 0.6 then 2 else 1 end
),

spoken as (
    select *
    from praised
    union all
    select *
    from faulted
)

select
    spoken.review_id,
    spoken.product_id,
    spoken.reviewed_at,
    spoken.aspect,
    spoken.is_praise,
    pick(sentences.sentences, draw($seed, spoken.review_key, 'say' || spoken.aspect)) as sentence,
    row_number() over (
        partition by spoken.review_id
        order by
            case when (spoken.rating >= 3) = spoken.is_praise then 0 else 1 end,
            draw($seed, spoken.review_key, 'order' || spoken.aspect)
    ) as position
from spoken
inner join sample_aspect_sentences as sentences using (aspect, is_praise)
