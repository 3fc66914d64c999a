-- Grain: one row; how many texts of the run $run_id have no settled brief. A brief that waited for a person stays
-- quarantined in its run; the text that the person approved has its approval.
select count(*) as count_broken
from content.texts
where run_id = $run_id
    and (run_id, brief_id) not in (
        select (run_id, brief_id) from content.briefs where state in ('approved', 'fallback')
    )
    and (run_id, brief_id) not in (select (run_id, brief_id) from content.approvals)
