-- Grain: one row a reply of the archive: one fact of a product, two of them, or a policy, and nothing else.
insert into shop.copy (copy_id, product_id, kind, locale, tone, goal, body, facts, approved_at)
with drawn as (
    select
        number,
        pick(['plain', 'plain', 'warm', 'lively', 'refined'], draw($seed, number, 'reply tone')) as tone,
        draw($seed, number, 'reply about') < 0.45 as is_policy,
        draw($seed, number, 'reply two') < 0.4 as states_two
    from range(1, cast($count_replies * 1.3 as integer)) as numbers (number)
),

frames as (
    select * from sample_reply_words where part = 'fact'
),

numbered as (
    select
        *,
        row_number() over (order by draw($seed, product_id, 'asked of'), product_id) as place,
        count(*) over () as count_products
    from sample_known
),

stated as (
    select
        known.product_id,
        known.place,
        known.count_products,
        frames.about,
        frames.body as frame,
        if(
            frames.about = 'availability', if(products.is_available, 'in stock', 'out of stock'), known.facts[frames.about]
        ) as value
    from numbered as known
    inner join shop.products as products using (product_id)
    inner join frames on frames.about = 'availability' or known.facts[frames.about] is not null
),

-- Two facts that are not told by the same value: a size of 'one size' is no colour.
first_fact as (
    select drawn.number, stated.*
    from drawn
    inner join stated on not drawn.is_policy and stated.place = 1 + drawn.number % stated.count_products
    qualify row_number() over (
        partition by drawn.number order by draw($seed, drawn.number, stated.product_id || stated.frame)
    ) = 1
),

second_fact as (
    select first_fact.number, stated.about, stated.frame, stated.value
    from first_fact
    inner join drawn using (number)
    inner join stated using (product_id)
    where drawn.states_two and stated.about <> first_fact.about and stated.value <> first_fact.value
    qualify row_number() over (
        partition by first_fact.number order by draw($seed, first_fact.number, 'second' || stated.frame)
    ) = 1
),

policy as (
    select drawn.number, policies.name as about, policies.body as value
    from drawn
    inner join shop.policies as policies on drawn.is_policy and policies.name <> 'contact_email'
    qualify row_number() over (partition by drawn.number order by draw($seed, drawn.number, policies.name)) = 1
),

drawn_words as (
    select drawn.number, words.part, words.body
    from drawn
    inner join sample_reply_words as words
        on words.part in ('lead', 'closing') and (words.tone is null or drawn.tone = words.tone)
    qualify row_number() over (
        partition by drawn.number, words.part order by draw($seed, drawn.number, words.part || words.body)
    ) = 1
),

edges as (
    select
        number,
        min(body) filter (where part = 'lead') as lead,
        min(body) filter (where part = 'closing') as closing
    from drawn_words
    group by number
),

written as (
    select
        drawn.number,
        first_fact.product_id,
        drawn.tone,
        case
            when policy.value is not null then concat_ws(' ', edges.lead, policy.value, edges.closing)
            else concat_ws(
                ' ',
                edges.lead,
                replace(first_fact.frame, '<' || first_fact.about || '>', first_fact.value),
                replace(
                    upper(second_fact.frame[1]) || second_fact.frame[2:], '<' || second_fact.about || '>', second_fact.value
                ),
                case when draw($seed, drawn.number, 'reply closed') < 0.6 then edges.closing end
            )
        end as body,
        map_from_entries(list_filter([
            {'key': coalesce(policy.about, first_fact.about), 'value': coalesce(policy.value, first_fact.value)},
            {'key': coalesce(second_fact.about, 'none'), 'value': second_fact.value}
        ], lambda entry: entry.value is not null)) as facts
    from drawn
    inner join edges using (number)
    left join first_fact using (number)
    left join second_fact using (number)
    left join policy using (number)
    where coalesce(policy.value, first_fact.value) is not null
    qualify row_number() over (partition by body order by drawn.number) = 1
)

select
    'R' || lpad(cast(row_number() over (order by number) as varchar), 6, '0'),
    product_id,
    'auto_replies',
    'en',
    tone,
    'inform',
    body,
    to_json(facts),
    timestamp '2025-01-06 09:00:00' + to_minutes(cast(floor(draw($seed, number, 'replied') * 900000) as integer))
from written
qualify row_number() over (order by number) <= $count_replies
