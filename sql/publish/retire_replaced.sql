-- Grain: one row a live text that a settled brief of the batch (temp table replaced_texts) replaces or makes stale.
-- A brief without a new text (body is null) retires only a text of another hash: that text may state old facts.
with facts_of as (
    select
        live.text_id,
        from_json(earlier.facts, '[{"name": "VARCHAR", "value": "VARCHAR"}]') as earlier_facts,
        from_json(settled.facts, '[{"name": "VARCHAR", "value": "VARCHAR"}]') as new_facts
    from content.texts as live
    inner join replaced_texts using (brief_id)
    inner join content.briefs as earlier on live.run_id = earlier.run_id and live.brief_id = earlier.brief_id
    inner join content.briefs as settled
        on replaced_texts.run_id = settled.run_id and replaced_texts.brief_id = settled.brief_id
    where live.retired_at is null
),

changed_facts as (
    select
        text_id,
        array_to_string(list_sort(list_distinct(list_transform(
            list_concat(
                list_filter(earlier_facts, lambda fact: not list_contains(new_facts, fact)),
                list_filter(new_facts, lambda fact: not list_contains(earlier_facts, fact))
            ),
            lambda fact: fact.name
        ))), ', ') as names
    from facts_of
),

replaced as (
    select
        live.text_id,
        new_text.body is null as is_stale,
        case
            when live.brief_hash = new_text.brief_hash then 'written again on request'
            when changed_facts.names <> '' then 'its facts changed (' || changed_facts.names || ')'
            when live.model_hash <> new_text.model_hash then 'written by another copywriter'
            else 'its prompt, plugin, checks, settings, scenario or copywriter changed'
        end as why
    from content.texts as live
    inner join replaced_texts as new_text using (brief_id)
    left join changed_facts on live.text_id = changed_facts.text_id
    where
        live.retired_at is null
        and (new_text.body is not null or live.brief_hash <> new_text.brief_hash)
)

update content.texts
set retired_at = $moment,
    retired_reason
    = case when replaced.is_stale then 'stale: ' || replaced.why || ', and no new text passed' else 'replaced: ' || replaced.why end
from replaced
where content.texts.text_id = replaced.text_id
