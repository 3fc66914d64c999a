-- Grain: one row a record of a questions file; reason says why it is refused, null where it is kept.
-- Without a question_id it is a hash of all else.
with named as (
    select
        line,
        nullif(trim(question_id), '') as question_id,
        nullif(regexp_replace(trim(product_id), '^(\d+)\.0+$', '\1'), '') as product_id,
        nullif(regexp_replace(trim(customer_id), '^(\d+)\.0+$', '\1'), '') as customer_id,
        nullif(trim(body), '') as body,
        asked_at as asked_at_text,
        try_cast(asked_at as timestamp) as asked_at,
        nullif(trim(answer), '') as answer,
        answered_at as answered_at_text,
        try_cast(answered_at as timestamp) as answered_at
    from incoming
)

select
    line,
    coalesce(
        question_id,
        left(
            md5(concat_ws(
                '|', coalesce(product_id, ''), coalesce(customer_id, ''), coalesce(body, ''), coalesce(asked_at_text, '')
            )),
            20
        )
    ) as question_id,
    product_id,
    customer_id,
    body,
    asked_at,
    answer,
    answered_at,
    case
        when body is null then 'body is empty'
        when nullif(trim(asked_at_text), '') is not null and asked_at is null
            then 'asked_at ' || left(asked_at_text, 40) || ' is no time'
        when nullif(trim(answered_at_text), '') is not null and answered_at is null
            then 'answered_at ' || left(answered_at_text, 40) || ' is no time'
    end as reason
from named
