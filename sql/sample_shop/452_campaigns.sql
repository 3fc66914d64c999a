-- Grain: one row a part of an earlier campaign: a subject line, a preheader, a body or a push text, within its limits.
-- The part stands in the id, as it does in the subject of a brief: email.subject.A/000123.
insert into shop.copy (copy_id, product_id, kind, locale, tone, goal, body, facts, approved_at)
with drawn as (
    select
        number,
        pick(['email.subject', 'email.preheader', 'push.text', 'email.body'], draw($seed, number, 'campaign part')) as part,
        pick(['A', 'B'], draw($seed, number, 'campaign variant')) as variant,
        pick(
            ['inform', 'win_back', 'finish_choice', 'second_purchase', 'reward_loyalty', 'offer_value', 'gift'],
            draw($seed, number, 'campaign goal')
        ) as goal,
        pick(['plain', 'warm', 'lively', 'refined'], draw($seed, number, 'campaign tone')) as tone
    from range(1, cast($count_campaigns * 1.3 as integer)) as numbers (number)
),

offers as (
    select
        product_id,
        name,
        category,
        price,
        money(price, currency) as shown,
        row_number() over (partition by category order by draw($seed, product_id, 'campaign offer'), product_id) as place,
        count(*) over (partition by category) as count_offers
    from shop.products
    where price is not null and category is not null and not starts_with(lower(name), 'the ')
    qualify count(*) over (partition by name) = 1
),

pairs as (
    select
        first.category,
        first.place,
        map {
            'category': first.category,
            'product_1': first.name,
            'price_1': first.shown,
            'product_2': second.name,
            'price_2': second.shown,
            'price_from': min(first.shown) filter (first.price = cheapest.price) over (partition by first.category)
        } as facts
    from offers as first
    inner join offers as second
        on first.category = second.category and second.place = first.place % first.count_offers + 1
    inner join (
        select category, min(price) as price
        from offers
        group by category
    ) as cheapest on first.category = cheapest.category
    qualify first.price > cheapest.price and second.price > cheapest.price and first.price <> second.price
),

numbered as (
    select
        *,
        row_number() over (order by draw($seed, facts['product_1'], 'campaign pair'), facts['product_1']) as number,
        count(*) over () as count_pairs
    from pairs
),

policies as (
    select map_from_entries(list({'key': name, 'value': value} order by name)) as facts
    from shop.policies
    where name in ('delivery_time', 'delivery_price', 'returns') and locale = 'en'
),

offered as (
    select
        drawn.*,
        map_concat(pairs.facts, policies.facts) as facts
    from drawn
    inner join numbered as pairs on pairs.number = 1 + drawn.number % pairs.count_pairs
    cross join policies
),

said as (
    select
        offered.number,
        words.part,
        words.body
    from offered
    inner join sample_campaign_words as words
        on
            (words.variant is null or offered.variant = words.variant)
            and (words.goal is null or offered.goal = words.goal)
            and (words.tone is null or offered.tone = words.tone)
    qualify row_number() over (
        partition by offered.number, words.part order by draw($seed, offered.number, words.part || words.body)
    ) = 1
),

sentences as (
    select number, map_from_entries(list({'key': part, 'value': body})) as said
    from said
    group by number
),

written as (
    select
        offered.*,
        case part
            when 'email.subject' then said['subject']
            when 'email.preheader' then said['preheader']
            when 'push.text' then concat_ws(
                ' ',
                said['subject'],
                case
                    when contains(said['subject'], '<price') then said['push']
                    when variant = 'A' then 'It costs <price_1>.'
                    else said['from']
                end
            )
            when 'email.body' then if(
                variant = 'A',
                concat_ws(' ', said['opening'], said['first'], said['second'], said['delivery'], said['returns'], said['push']),
                concat_ws(
                    ' ', said['opening'], said['from'], said['first'], said['second'], said['delivery_cost'],
                    said['delivery'], said['push']
                )
            )
        end as template
    from offered
    inner join sentences using (number)
),

filled as (
    select
        *,
        -- Each part after a '<' begins with the name of a slot and its '>'.
        array_to_string(
            list_transform(
                string_split(template, '<'),
                lambda piece: case
                    when contains(piece, '>') then facts[split_part(piece, '>', 1)] || split_part(piece, '>', 2)
                    else piece
                end
            ), ''
        ) as body
    from written
)

select
    part || '.' || variant || '/' || lpad(cast(number as varchar), 6, '0'),
    null,
    'campaign_messages',
    'en',
    tone,
    goal,
    body,
    to_json(facts),
    timestamp '2025-01-06 09:00:00' + to_minutes(cast(floor(draw($seed, number, 'sent') * 900000) as integer))
from filled
where length(body) <= case part
    when 'email.subject' then 60
    when 'email.preheader' then 100
    when 'push.text' then 120
    else 700
end
qualify
    row_number() over (partition by body order by number) = 1
    and row_number() over (order by number) <= $count_campaigns
