-- Grain: one row a review or question whose text is new or has changed; the first $most of them.
-- Of several rows with one id the latest counts, as in staging.reviews: another would never be settled.
with texts as (
    select 'shop.reviews' as source_table, review_id as source_key, md5(body) as source_hash, body
    from shop.reviews
    where body is not null
    qualify row_number() over (partition by review_id order by reviewed_at desc nulls last, md5(body)) = 1
    union all by name
    select 'shop.questions' as source_table, question_id as source_key, md5(body) as source_hash, body
    from shop.questions
    qualify row_number() over (partition by question_id order by asked_at desc nulls last, md5(body)) = 1
)

select texts.source_table, texts.source_key, texts.source_hash, texts.body
from texts
left join staging.scrubbed_texts as known using (source_table, source_key)
where known.source_hash is null or known.source_hash <> texts.source_hash
order by all
limit $most
