-- Grain: one row an approved text of the archive, approved at some time in the two years. About 3% is dirty.
insert into shop.copy (copy_id, product_id, kind, locale, tone, goal, body, facts, approved_at)
with kept as (
    select *
    from sample_texts
    where kind <> 'product_page'
    qualify row_number() over (partition by kind order by draw($seed, text_key, 'keep')) <= case kind
        when 'descriptions' then $count_descriptions
        when 'recommendations' then $count_recommendations
        else $count_summaries
    end
),

dirty as (
    select
        *,
        draw($seed, text_key, 'dirt') as u_dirt,
        timestamp '2024-11-18 09:00:00' + to_minutes(cast(floor(draw($seed, text_key, 'approved') * 1044000) as integer))
            as approved_at
    from kept
),

archive as (
    select
        text_key,
        product_id,
        kind,
        tone,
        goal,
        case
            when u_dirt < 0.008 then '<p>' || body || '</p>'
            when u_dirt < 0.013 then replace(body, '. ', '.&nbsp; ')
            when u_dirt < 0.016 then body || ' <b>Read more</b>'
            when u_dirt < 0.019 then body || ' Now with 20% more room than before.'
            when u_dirt < 0.022 then body || ' Questions? Write to hello@shop.example or call 020 7946 0018.'
            else body
        end as body,
        facts,
        approved_at
    from dirty
    union all
    select text_key, product_id, kind, tone, goal, body, facts, approved_at + interval 1 day
    from dirty
    where u_dirt > 0.995
)

select
    'T' || lpad(cast(row_number() over (order by approved_at, text_key) as varchar), 6, '0') as copy_id,
    product_id,
    kind,
    'en',
    tone,
    goal,
    body,
    to_json(facts),
    approved_at
from archive
order by copy_id
