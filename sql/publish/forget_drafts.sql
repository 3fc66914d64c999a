-- Grain: removes every kept answer.
delete from content.draft_cache
