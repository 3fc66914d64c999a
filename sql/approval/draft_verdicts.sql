-- Grain: one row an outcome of a check on a draft of the brief in the run, failed ones first.
select
    verdicts.draft_id,
    verdicts.check_name,
    verdicts.rule,
    verdicts.is_passed,
    verdicts.sentence_index,
    verdicts.claim,
    verdicts.reason
from content.verdicts
inner join content.drafts using (run_id, draft_id)
where drafts.run_id = $run_id and drafts.brief_id = $brief_id
order by verdicts.is_passed, verdicts.check_name, verdicts.rule, verdicts.sentence_index
