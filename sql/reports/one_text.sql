-- Grain: one row; the published text $text_id with its brief, its scenario, its model and the draft that it came from.
with texts as (
    select * from content.texts where text_id = $text_id
),

briefs as (
    select briefs.*
    from content.briefs
    inner join texts using (run_id, brief_id)
    qualify row_number() over (order by briefs.settled_at desc) = 1
),

-- The version that the brief was planned for; a brief of an older warehouse may not name one.
scenarios as (
    select scenarios.*
    from content.scenarios
    inner join texts using (scenario)
    left join briefs using (scenario_version_id)
    qualify row_number() over (order by briefs.brief_id is null, scenarios.version desc) = 1
),

drafts as (
    select drafts.*
    from content.drafts
    inner join texts using (run_id, brief_id)
    where drafts.is_chosen
    qualify row_number() over (order by drafts.candidate) = 1
),

models as (
    select models.*
    from content.models
    inner join texts using (model_hash)
    qualify row_number() over (order by models.created_at desc) = 1
)

select
    texts.text_id,
    texts.run_id,
    texts.brief_id,
    texts.brief_hash,
    texts.scenario,
    texts.plugin,
    texts.subject_id,
    texts.locale,
    texts.body,
    texts.written_by,
    texts.model_hash,
    texts.published_at,
    texts.retired_at,
    texts.retired_reason,
    briefs.facts,
    briefs.prompt,
    briefs.state,
    scenarios.version as scenario_version,
    scenarios.goal,
    scenarios.season,
    scenarios.channel,
    scenarios.tone,
    scenarios.count_customers,
    drafts.draft_id,
    drafts.candidate,
    drafts.seed,
    drafts.log_likelihood,
    models.base as model_base
from texts
left join briefs on true
left join scenarios on true
left join drafts on true
left join models on true
