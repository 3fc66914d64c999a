-- Grain: one row a waiting approval whose brief the batch (temp table settled_briefs) settled with other facts or with a
-- new text.
update content.approvals
set state = 'replaced', decided_at = $moment, reason = 'its facts changed or it was written again'
from settled_briefs
where
    content.approvals.state = 'waiting'
    and content.approvals.brief_id = settled_briefs.brief_id
    and (settled_briefs.has_new_text or settled_briefs.brief_hash <> content.approvals.brief_hash)
