-- Grain: one row a sentence (or two) that an archive text may use, with the slots in it.
create or replace temp table sample_sentences as
with gathered as (
    select 'descriptions' as kind, 'opening' as part, null as role, goal, tone, category, body
    from sample_description_openings
    union all
    select 'descriptions', 'middle', null, null, tone, null, body
    from sample_description_middles
    union all
    select 'descriptions', 'closing', null, goal, tone, category, body
    from sample_description_closings
    union all
    select 'recommendations', 'opening', null, goal, tone, nullif(nullif(angle, 'companion'), 'segment'), body
    from sample_recommendation_openings
    union all
    select 'recommendations', 'middle', 'fit', null, tone, null, body
    from sample_recommendation_middles
    union all
    -- A recommendation states the product's own facts in the words of the descriptions.
    select 'recommendations', 'middle', 'fact', null, tone, null, body
    from sample_description_middles
    union all
    select 'recommendations', 'closing', null, goal, tone, null, body
    from sample_recommendation_closings
    union all
    select 'review_summaries', 'opening', null, goal, tone, category, body
    from sample_summary_openings
    union all
    select 'review_summaries', 'middle', role, null, tone, null, body
    from sample_summary_middles
    union all
    select 'review_summaries', 'closing', null, goal, tone, null, body
    from sample_summary_closings
)

select
    *,
    row_number() over (order by kind, part, body, goal, tone, category) as sentence_id,
    list_distinct(regexp_extract_all(body, '<([a-z_0-9]+)>', 1)) as slots,
    len(regexp_extract_all(body, '[.?!:](?: |$)')) as count_sentences
from gathered
