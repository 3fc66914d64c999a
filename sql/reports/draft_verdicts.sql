-- Grain: one row an outcome of a check on the draft $draft_id of the run $run_id, failed ones first.
select
    check_name,
    rule,
    is_passed,
    sentence_index,
    claim,
    reason
from content.verdicts
where
    run_id = $run_id
    and draft_id = $draft_id
order by is_passed, check_name, rule, sentence_index
