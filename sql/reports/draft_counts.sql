-- Grain: one row; the drafts of the run $run_id, those that were judged (the best-ranked first, until one stands), those
-- refused by some check, and the claims of its texts.
with judged as (
    select draft_id, bool_and(is_passed) as is_passed
    from content.verdicts
    where run_id = $run_id
    group by draft_id
),

drafts as (
    select
        count(*) as count_drafts,
        count(judged.draft_id) as count_judged,
        count(*) filter (where not judged.is_passed) as count_refused
    from content.drafts
    left join judged using (draft_id)
    where drafts.run_id = $run_id
),

claims as (
    select count(*) as count_claims
    from content.claims
    inner join content.texts using (text_id)
    where texts.run_id = $run_id
)

select
    drafts.count_drafts,
    drafts.count_judged,
    drafts.count_refused,
    claims.count_claims
from drafts
cross join claims
