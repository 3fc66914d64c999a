-- Grain: adds one row an open question, from lists of equal length; fact names are joined by a line feed.
insert into staging.question_replies by name
with rows_given as (
    select
        unnest($question_ids::varchar[]) as question_id,
        unnest($product_ids::varchar[]) as product_id,
        unnest($digests::varchar[]) as question_hash,
        unnest($decisions::varchar[]) as decision,
        unnest($intents::varchar[]) as intent,
        unnest($replies::varchar[]) as reply,
        unnest($fact_names::varchar[]) as joined_names,
        unnest($summaries::varchar[]) as summary
)

select
    question_id,
    product_id,
    question_hash,
    decision,
    intent,
    reply,
    case when joined_names = '' then [] else string_split(joined_names, chr(10)) end as fact_names,
    summary
from rows_given
