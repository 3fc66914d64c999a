-- Grain: one row a brief of a run that states a count in which the customer's reviews or orders stand, or that answers a
-- question of the customer.
create or replace temp table touched_briefs as
with facts as (
    select
        run_id,
        brief_id,
        unnest(cast(facts as json[])) as fact
    from content.briefs
),

keyed as (
    select
        run_id,
        brief_id,
        fact ->> 'source_table' as source_table,
        fact ->> 'source_key' as source_key
    from facts
),

of_reviews as (
    select distinct keyed.run_id, keyed.brief_id
    from keyed
    inner join (select distinct product_id from own_texts where source_table = 'shop.reviews') as reviewed
        on keyed.source_key = reviewed.product_id or starts_with(keyed.source_key, reviewed.product_id || '/')
    where keyed.source_table in ('mart.review_scores', 'mart.review_aspects', 'shop.reviews')
),

of_orders as (
    select distinct keyed.run_id, keyed.brief_id
    from keyed
    semi join own_pairs using (source_key)
    where keyed.source_table = 'mart.co_purchase'
),

of_questions as (
    select distinct briefs.run_id, briefs.brief_id
    from content.briefs
    inner join own_texts on briefs.subject_id = own_texts.source_key
    where own_texts.source_table = 'shop.questions' and briefs.subject_id not in (select product_id from shop.products)
)

select * from of_reviews
union
select * from of_orders
union
select * from of_questions
