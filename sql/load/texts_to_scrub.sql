-- Grain: one row a review or question whose text is new or has changed (all of them with $afresh).
with texts as (
    select 'shop.reviews' as source_table, review_id as source_key, md5(body) as source_hash, body
    from shop.reviews
    where body is not null
    union all by name
    select 'shop.questions' as source_table, question_id as source_key, md5(body) as source_hash, body
    from shop.questions
)

select texts.source_table, texts.source_key, texts.source_hash, texts.body
from texts
left join staging.scrubbed_texts as known using (source_table, source_key)
where $afresh or known.source_hash is null or known.source_hash <> texts.source_hash
order by all
