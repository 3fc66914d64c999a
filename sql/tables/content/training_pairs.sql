-- Grain: one row an edit or a rejection by a person: what was refused and, after an edit, what was accepted instead.
-- facts is a JSON object (name to value), prompt the brief's. withdrawn_at is set when the decision was undone or the
-- edit was itself rejected; such a row teaches nothing. No name of a person stands here.
create table if not exists content.training_pairs (
    approval_id varchar not null,
    entry integer not null,
    plugin varchar not null,
    scenario varchar not null,
    goal varchar not null,
    tone varchar not null,
    locale varchar not null,
    subject_id varchar not null,
    prompt varchar,
    facts json not null,
    rejected_text varchar not null,
    accepted_text varchar,
    reason varchar,
    created_at timestamp not null,
    withdrawn_at timestamp
)
