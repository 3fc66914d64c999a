-- Grain: one row a draft of the brief in the run, the chosen one first; count_failed is how many rules it broke.
with verdicts as (
    select draft_id, count(*) filter (where not is_passed) as count_failed
    from content.verdicts
    where run_id = $run_id
    group by draft_id
)

select
    drafts.draft_id,
    drafts.candidate,
    drafts.text,
    drafts.written_by,
    drafts.log_likelihood,
    drafts.is_chosen,
    coalesce(verdicts.count_failed, 0) as count_failed
from content.drafts
left join verdicts using (draft_id)
where drafts.run_id = $run_id and drafts.brief_id = $brief_id
order by drafts.is_chosen desc, count_failed, drafts.candidate, drafts.draft_id
