-- Grain: one row a product of the scenario with at least five reviews: counts, average, and the aspects that most
-- reviews praise or fault. No word of a review is a fact, only counts of aspects from a list of our own.
with subjects as (
    select distinct product_id
    from content.audience_products
    where scenario_version_id = $scenario_version_id
),

-- an aspect that is faulted more often than praised is not presented as praised
praised as (
    select
        product_id,
        aspect,
        count_praised,
        row_number() over (partition by product_id order by count_praised desc, count_faulted, aspect) as place
    from mart.review_aspects
    where count_praised > count_faulted
),

-- what is faulted is said even where more praise than fault was found, unless the praise of it is already told
faulted as (
    select
        aspects.product_id,
        aspects.aspect,
        aspects.count_faulted
    from mart.review_aspects as aspects
    anti join praised
        on aspects.product_id = praised.product_id and aspects.aspect = praised.aspect and praised.place <= 2
    where aspects.count_faulted > 0
    qualify row_number() over (
        partition by aspects.product_id order by aspects.count_faulted desc, aspects.count_praised, aspects.aspect
    ) = 1
)

select
    offers.product_id as subject_id,
    facts([
        fact('name', offers.name, 'shop.products', 'name', offers.product_id),
        fact('category', offers.category, 'shop.products', 'category', offers.product_id),
        fact('price', money(offers.price, offers.currency), 'shop.products', 'price', offers.product_id),
        fact('count_reviews', scores.count_reviews, 'mart.review_scores', 'count_reviews', offers.product_id),
        fact('rating_average', scores.rating_average, 'mart.review_scores', 'rating_average', offers.product_id),
        fact('praised_1', one.aspect, 'mart.review_aspects', 'aspect', offers.product_id || '/' || one.aspect),
        fact(
            'count_praised_1', one.count_praised,
            'mart.review_aspects', 'count_praised', offers.product_id || '/' || one.aspect
        ),
        fact('praised_2', two.aspect, 'mart.review_aspects', 'aspect', offers.product_id || '/' || two.aspect),
        fact(
            'count_praised_2', two.count_praised,
            'mart.review_aspects', 'count_praised', offers.product_id || '/' || two.aspect
        ),
        fact('faulted_1', faulted.aspect, 'mart.review_aspects', 'aspect', offers.product_id || '/' || faulted.aspect),
        fact(
            'count_faulted_1', faulted.count_faulted,
            'mart.review_aspects', 'count_faulted', offers.product_id || '/' || faulted.aspect
        )
    ]) as facts
from subjects
inner join mart.product_offers as offers using (product_id)
inner join mart.review_scores as scores on offers.product_id = scores.product_id and scores.count_reviews >= 5
left join praised as one on offers.product_id = one.product_id and one.place = 1
left join praised as two on offers.product_id = two.product_id and two.place = 2
left join faulted on offers.product_id = faulted.product_id
where one.aspect is not null or faulted.aspect is not null
