-- Grain: one row a record of a file of earlier texts; reason says why it is refused, null where it is kept.
with named as (
    select
        line,
        nullif(trim(copy_id), '') as copy_id,
        nullif(trim(product_id), '') as product_id,
        lower(trim(kind)) as kind,
        coalesce(nullif(trim(locale), ''), 'en') as locale,
        nullif(lower(trim(tone)), '') as tone,
        nullif(lower(trim(goal)), '') as goal,
        nullif(trim(body), '') as body,
        nullif(trim(facts), '') as facts_text,
        try_cast(nullif(trim(facts), '') as json) as facts,
        approved_at as approved_at_text,
        try_cast(approved_at as timestamp) as approved_at
    from incoming
)

select
    line,
    coalesce(
        copy_id, left(md5(concat_ws('|', coalesce(product_id, ''), kind, locale, coalesce(body, ''))), 20)
    ) as copy_id,
    product_id,
    kind,
    locale,
    tone,
    goal,
    body,
    facts,
    approved_at,
    case
        when not regexp_full_match(coalesce(kind, ''), '[a-z][a-z0-9_]{1,40}')
            then 'kind ' || coalesce(left(kind, 40), 'without a value') || ' is no name of a content type'
        when body is null then 'body is empty'
        when facts_text is not null and (facts is null or json_type(facts) <> 'OBJECT') then 'facts is no JSON object'
        when nullif(trim(approved_at_text), '') is not null and approved_at is null
            then 'approved_at ' || left(approved_at_text, 40) || ' is no time'
    end as reason
from named
