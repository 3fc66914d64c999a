-- Grain: adds one row an open question, from lists of equal length; fact names are joined by a line feed.
insert into staging.question_replies by name
select
    unnest($question_ids::varchar[]) as question_id,
    unnest($product_ids::varchar[]) as product_id,
    unnest($hashes::varchar[]) as question_hash,
    unnest($decisions::varchar[]) as decision,
    unnest($intents::varchar[]) as intent,
    unnest($replies::varchar[]) as reply,
    list_filter(string_split(unnest($fact_names::varchar[]), chr(10)), lambda name: name <> '') as fact_names,
    unnest($summaries::varchar[]) as summary
