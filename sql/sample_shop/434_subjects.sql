-- Grain: one row a text to write: kind, product, goal, tone and the facts at hand. A few more than the archive keeps.
create or replace temp table sample_subjects as
with goals as (
    select unnest(
        ['inform', 'win_back', 'finish_choice', 'second_purchase', 'reward_loyalty', 'offer_value', 'gift']
    ) as goal
),

tones as (
    select unnest(['plain', 'warm', 'lively', 'refined']) as tone
),

moods as (
    select goal, tone
    from goals
    cross join tones
),

descriptions as (
    select
        'descriptions' as kind,
        product_id,
        goal,
        tone,
        'd' as variant,
        facts
    from sample_known
    cross join moods
    qualify row_number() over (
        partition by goal, tone order by draw($seed, product_id || goal || tone, 'description')
    ) <= ceil($count_descriptions * 1.05 / 28)
),

-- What a segment buys and what the companion is are told apart from the product's own category by their values, so that
-- a text that names a category says which of the facts it means.
fits as (
    select
        known.product_id,
        known.facts,
        moods.goal,
        moods.tone,
        companions.companion_id,
        companions.companion_name,
        companions.companion_category,
        known.facts['category'] as own_category,
        case
            when companions.companion_category <> known.facts['category']
            and draw($seed, known.product_id || goal || tone, 'segment') < 0.5 then companions.companion_category
            else pick(neighbours.neighbours, draw($seed, known.product_id || goal || tone, 'neighbour'))
        end as segment_category,
        case when together.count_orders >= 3 then cast(together.count_orders as varchar) end as count_bought_together
    from sample_known as known
    inner join sample_companions as companions using (product_id)
    inner join sample_neighbours as neighbours on known.facts['category'] = neighbours.category
    left join sample_bought_together as together using (product_id, companion_id)
    cross join moods
    qualify row_number() over (
        partition by goal, tone order by draw($seed, known.product_id || companions.companion_id || goal || tone, 'pair')
    ) <= ceil($count_recommendations * 1.05 / 28)
),

recommendations as (
    select
        'recommendations' as kind,
        product_id,
        goal,
        tone,
        companion_id as variant,
        map_concat(facts, map_from_entries(list_filter([
            {'key': 'companion_name', 'value': companion_name},
            {'key': 'companion_category', 'value': case
                when companion_category not in (own_category, segment_category) then companion_category
            end},
            {'key': 'segment_category', 'value': segment_category},
            {'key': 'count_bought_together', 'value': count_bought_together}
        ], lambda entry: entry.value is not null))) as facts
    from fits
),

summaries as (
    select
        'review_summaries' as kind,
        known.product_id,
        moods.goal,
        moods.tone,
        cast(summary.number as varchar) as variant,
        map_concat(known.facts, summary.facts) as facts
    from sample_known as known
    inner join sample_summary_facts as summary using (product_id)
    cross join moods
    qualify row_number() over (
        partition by goal, tone order by draw($seed, known.product_id || summary.number || goal || tone, 'moment')
    ) <= ceil($count_summaries * 1.05 / 28)
),

together as (
    select *
    from descriptions
    union all
    select *
    from recommendations
    union all
    select *
    from summaries
    union all
    -- What stands on the product's page: an inform text with more facts, from the shop's earlier days.
    select
        'product_page',
        product_id,
        'inform',
        pick(['plain', 'plain', 'warm', 'refined'], draw($seed, product_id, 'page')),
        'p',
        facts
    from sample_known
)

select
    *,
    row_number() over (order by kind, product_id, goal, tone, variant) as text_key,
    facts['category'] as category,
    map_keys(facts) as known
from together
