-- Grain: one row; how many texts of the run $run_id have no settled brief.
select count(*) as count_broken
from content.texts
where run_id = $run_id
    and (run_id, brief_id) not in (
        select (run_id, brief_id) from content.briefs where state in ('approved', 'fallback')
    )
