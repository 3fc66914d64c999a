-- Grain: one row a live text that a settled brief of the batch (temp table replaced_texts) replaces or makes stale.
-- A brief without a new text (body is null) retires only a text of another hash: that text may state old facts.
update content.texts
set retired_at = $moment, retired_reason = case
    when new_text.body is null then 'stale: its facts, prompt, plugin, checks or scenario changed, and no new text passed'
    when content.texts.brief_hash = new_text.brief_hash then 'replaced: written again on request'
    when content.texts.model_hash is distinct from new_text.model_hash and new_text.model_hash is not null
        then 'replaced: written by another copywriter'
    else 'replaced: its facts, prompt, plugin, checks or scenario changed'
end
from replaced_texts as new_text
where content.texts.retired_at is null
    and content.texts.brief_id = new_text.brief_id
    and (new_text.body is not null or content.texts.brief_hash <> new_text.brief_hash)
