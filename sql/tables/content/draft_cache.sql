-- Grain: one row a request to the copywriter whose answer is not published yet; drafts is a JSON list of candidates with
-- slots where facts go. Emptied when a run completes.
create table if not exists content.draft_cache (
    request_hash varchar not null,
    run_id varchar not null,
    drafts json not null
)
