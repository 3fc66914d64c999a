-- Grain: one row a product and aspect: how many reviews mention it, praise it, find fault with it.
-- A review counts once an aspect. Its judgement is the sum of the cue words within five words of the aspect in the
-- same clause, a negation within three words before a cue turning it round; without any cue the rating decides.
create or replace table mart.review_aspects as
with clauses as (
    select
        review_id,
        product_id,
        rating,
        unnest(
            regexp_split_to_array(lower(left(body, 4000)), '[.!?;,:()\n]+|\s(?:but|although|though|however|yet)\s')
        ) as clause
    from staging.reviews
    where trim(body) <> ''
),

numbered as (
    select
        row_number() over () as clause_id,
        review_id,
        product_id,
        rating,
        regexp_extract_all(clause, '[a-z]+(?:[''’-][a-z]+)*') as words
    from clauses
    where clause ~ '[a-z]'
),

tokens as (
    select
        clause_id,
        review_id,
        product_id,
        rating,
        unnest(words) as word,
        generate_subscripts(words, 1) as position
    from numbered
),

named as (
    select tokens.*, aspect_words.aspect
    from tokens
    inner join staging.aspect_words using (word)
),

negations as (
    select clause_id, position, word = 'too' as is_excess
    from tokens
    where word in ('not', 'no', 'never', 'hardly', 'nor', 'without', 'cannot', 'too') or word ~ 'n[''’]t$'
),

cued as (
    select
        tokens.clause_id,
        tokens.position,
        case
            when count(negations.position) = 0 then cue_words.polarity
            when bool_or(negations.is_excess) then -1
            -- 'not soft' is a fault, but 'not small' is no praise yet
            else -1 * greatest(cue_words.polarity, 0)
        end as polarity
    from tokens
    inner join staging.cue_words using (word)
    left join negations
        on tokens.clause_id = negations.clause_id
        and negations.position between tokens.position - 3 and tokens.position - 1
    group by tokens.clause_id, tokens.position, cue_words.polarity
),

heard as (
    select
        named.review_id,
        named.product_id,
        named.aspect,
        any_value(named.rating) as rating,
        count(cued.position) as count_cues,
        coalesce(sum(cued.polarity), 0) as polarity
    from named
    left join cued
        on named.clause_id = cued.clause_id
        and cued.position between named.position - 5 and named.position + 5
    group by named.review_id, named.product_id, named.aspect
),

judged as (
    select
        *,
        case
            when polarity <> 0 then sign(polarity)
            when count_cues > 0 then 0
            when rating >= 4 then 1
            when rating <= 2 then -1
            else 0
        end as judgement
    from heard
)

select
    product_id,
    aspect,
    count(*) as count_mentions,
    count(*) filter (where judgement > 0) as count_praised,
    count(*) filter (where judgement < 0) as count_faulted
from judged
group by product_id, aspect
