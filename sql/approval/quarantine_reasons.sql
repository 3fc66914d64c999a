-- Grain: at most one row: why the brief was quarantined under this hash, from the run that wrote its drafts (a later run
-- only notes that nothing changed since).
select run_id, step, reasons
from content.quarantine
where brief_id = $brief_id and brief_hash = $brief_hash
order by step = 'plan_briefs', quarantined_at desc
limit 1
