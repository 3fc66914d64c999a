-- Grain: one row a text that is live or was published by the run $run_id, with what the post-conditions look at. A brief
-- that waited for a person stays quarantined in its run; the text that the person approved has its approval.
with last_version as (
    select scenario, arg_max(state, (built_at, version)) as state
    from content.scenarios
    group by scenario
),

known_briefs as (
    select distinct run_id, brief_id from content.briefs where state in ('approved', 'fallback')
    union
    select distinct run_id, brief_id from content.approvals
),

texts as (
    select
        *,
        retired_at is null as is_live,
        run_id = $run_id as is_of_run
    from content.texts
    where retired_at is null or run_id = $run_id
)

select
    row_number() over (order by texts.text_id) as row_id,
    texts.text_id,
    texts.plugin,
    texts.body,
    texts.written_by,
    count(*) filter (where texts.is_live) over (partition by texts.brief_id) as count_live_of_brief,
    -- Of texts that were there before, the run that wrote them has told. Two customers may ask the same.
    if(
        texts.is_live and texts.subject <> 'question' and bool_or(texts.is_of_run) over same_body,
        count(*) filter (where texts.is_live) over same_body,
        1
    ) as count_same_body,
    not texts.is_of_run or known_briefs.brief_id is not null as has_brief,
    not (texts.is_of_run and texts.is_live) or coalesce(last_version.state = 'ready', true) as is_audience_ready,
    texts.written_by <> 'model' or texts.model_hash is not null as is_model_recorded
from texts
left join known_briefs using (run_id, brief_id)
left join last_version using (scenario)
window same_body as (partition by texts.plugin, texts.locale, texts.body)
order by texts.text_id
