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

-- A segment's favourite category is the product's own, or that of what goes with it.
recommendations as (
    select
        'recommendations' as kind,
        known.product_id,
        moods.goal,
        moods.tone,
        companions.companion_id as variant,
        map_concat(known.facts, map_from_entries(list_filter([
            {'key': 'companion_name', 'value': companions.companion_name},
            {'key': 'companion_category', 'value': companions.companion_category},
            {'key': 'segment_category', 'value': case
                when draw($seed, known.product_id || goal || tone, 'segment') < 0.4 then companions.companion_category
                else known.facts['category']
            end},
            {'key': 'count_bought_together', 'value': case
                when together.count_orders >= 3 then cast(together.count_orders as varchar)
            end}
        ], lambda entry: entry.value is not null))) as facts
    from sample_known as known
    inner join sample_companions as companions using (product_id)
    left join sample_bought_together as together using (product_id, companion_id)
    cross join moods
    qualify row_number() over (
        partition by goal, tone order by draw($seed, known.product_id || companions.companion_id || goal || tone, 'pair')
    ) <= ceil($count_recommendations * 1.05 / 28)
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
    select 'product_page', product_id, 'inform', pick(['plain', 'warm', 'lively', 'refined'], draw($seed, product_id, 'page')), 'p', facts
    from sample_known
)

select
    *,
    row_number() over (order by kind, product_id, goal, tone, variant) as text_key,
    facts['category'] as category,
    map_keys(facts) as known
from together
