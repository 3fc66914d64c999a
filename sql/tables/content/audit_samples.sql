-- Grain: one row a published text that was drawn for an audit (risk tier sample); state is waiting, approved, rejected or
-- replaced.
create or replace view content.audit_samples as
select
    approval_id,
    run_id,
    text_id,
    brief_id,
    brief_hash,
    scenario,
    plugin,
    subject_id,
    state,
    queued_at,
    decided_by,
    decided_at,
    reason
from content.approvals
where tier = 'sample'
