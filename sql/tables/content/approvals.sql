-- Grain: one row a text set aside for a person. tier is review (the text waits and is not published) or sample (the text
-- is live as text_id and waits for an audit); state is waiting, approved, rejected or replaced. body is the text as it
-- stands now and body_hash its SHA-256, original_body what the run proposed. facts is a JSON list as in content.briefs,
-- claims a JSON list of rows of content.claims without text_id. edited_by wrote the last edit, text_id is what is
-- published from it.
create table if not exists content.approvals (
    approval_id varchar not null,
    run_id varchar not null,
    brief_id varchar not null,
    brief_hash varchar not null,
    scenario varchar not null,
    scenario_version_id varchar,
    plugin varchar not null,
    subject varchar not null,
    subject_id varchar not null,
    locale varchar not null,
    goal varchar not null,
    tone varchar not null,
    channel varchar not null,
    tier varchar not null,
    prompt varchar,
    facts json not null,
    draft_id varchar,
    body varchar not null,
    body_hash varchar not null,
    original_body varchar not null,
    written_by varchar not null,
    model_hash varchar,
    claims json not null,
    state varchar not null,
    text_id varchar,
    edited_by varchar,
    decided_by varchar,
    decided_at timestamp,
    reason varchar,
    queued_at timestamp not null
)
