-- Grain: one row a live text that states what the shop no longer says (temp table outdated_texts).
update content.texts
set retired_at = $moment,
    retired_reason = outdated.reason
from outdated_texts as outdated
where
    content.texts.text_id = outdated.text_id
    and content.texts.retired_at is null
