-- Grain: one row something that happened to an approval; rows are only ever added. entry counts from 1 within the
-- approval; action is queued, edited, approved, rejected, undone or replaced; body_hash is that of the text it was done
-- to; before is a JSON object of what an undo puts back; undoes is the entry that an undo took back.
create table if not exists content.approval_log (
    approval_id varchar not null,
    entry integer not null,
    action varchar not null,
    who varchar not null,
    done_at timestamp not null,
    body_hash varchar not null,
    body varchar not null,
    reason varchar,
    before json,
    undoes integer
)
