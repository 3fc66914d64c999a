-- Grain: one row a claim of a text that is live or was published by the run $run_id, or of no text at all. A fact of the
-- brief is looked for where the run published the text; a policy supports a claim without being a fact of the brief.
with texts as (
    select text_id, run_id, brief_id, run_id = $run_id as is_of_run
    from content.texts
    where retired_at is null or run_id = $run_id
),

listed as (
    select brief_id, unnest(cast(facts as json[])) as fact
    from content.briefs
    where run_id = $run_id
),

facts as (
    select distinct
        brief_id,
        fact ->> 'source_table' as source_table,
        fact ->> 'source_column' as source_column,
        fact ->> 'source_key' as source_key
    from listed
)

select
    row_number() over (order by claims.text_id, claims.sentence_index, claims.claim) as row_id,
    claims.text_id,
    texts.text_id is not null or earlier.text_id is not null as has_text,
    claims.source_table <> '' and claims.source_column <> '' and claims.source_key <> '' and claims.source_value <> ''
        as has_source,
    not coalesce(texts.is_of_run, false)
    or claims.source_table = 'shop.policies'
    or facts.brief_id is not null as is_fact_of_brief
from content.claims
left join texts using (text_id)
left join (select distinct text_id from content.texts) as earlier using (text_id)
left join facts
    on texts.brief_id = facts.brief_id
    and claims.source_table = facts.source_table
    and claims.source_column = facts.source_column
    and claims.source_key = facts.source_key
where texts.text_id is not null or earlier.text_id is null
order by row_id
