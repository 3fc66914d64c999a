-- Grain: one row a brief of the run $run_id with its text, claims and reasons (null where it has none). Briefs with a
-- text come first, otherwise in a mixed order, so that the first page is a fair sample; at most $max_rows.
with briefs as (
    select * from content.briefs where run_id = $run_id
),

texts as (
    select
        briefs.brief_id,
        texts.text_id,
        texts.body,
        texts.written_by,
        texts.model_hash,
        texts.published_at,
        texts.retired_at
    from briefs
    inner join content.texts
        on briefs.brief_id = texts.brief_id
        and (briefs.run_id = texts.run_id or briefs.brief_hash = texts.brief_hash)
    where briefs.state in ('approved', 'fallback', 'reused')
    qualify
        row_number() over (
            partition by briefs.brief_id
            order by briefs.run_id = texts.run_id desc, texts.retired_at is null desc, texts.published_at desc
        ) = 1
),

claims as (
    select
        claims.text_id,
        list(struct_pack(
            claim := claims.claim,
            kind := claims.kind,
            source_table := claims.source_table,
            source_column := claims.source_column,
            source_key := claims.source_key,
            source_value := claims.source_value
        ) order by claims.sentence_index, claims.claim, claims.source_column, claims.source_key) as claims
    from content.claims
    semi join texts using (text_id)
    group by claims.text_id
),

-- A brief that was quarantined before and has not changed keeps the reasons of that earlier run.
quarantine as (
    select
        briefs.brief_id,
        quarantine.step,
        quarantine.reasons
    from briefs
    inner join content.quarantine using (brief_id, brief_hash)
    where briefs.state in ('quarantined', 'failed')
    qualify
        row_number() over (
            partition by briefs.brief_id
            order by quarantine.run_id = briefs.run_id desc, quarantine.quarantined_at desc
        ) = 1
)

select
    briefs.brief_id,
    briefs.scenario,
    briefs.plugin,
    briefs.subject_id,
    briefs.locale,
    briefs.state,
    briefs.reason,
    briefs.facts,
    texts.text_id,
    texts.body,
    texts.written_by,
    texts.published_at,
    texts.retired_at is not null as is_retired,
    claims.claims,
    quarantine.step,
    quarantine.reasons
from briefs
left join texts using (brief_id)
left join claims using (text_id)
left join quarantine using (brief_id)
order by texts.text_id is null, md5(briefs.brief_id || briefs.plugin || briefs.scenario)
limit $max_rows
