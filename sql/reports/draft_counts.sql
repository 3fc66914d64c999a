-- Grain: one row; the drafts of the run $run_id, those refused by some check, and the claims of its texts.
with refused as (
    select distinct draft_id
    from content.verdicts
    where
        run_id = $run_id
        and not is_passed
),

drafts as (
    select
        count(*) as count_drafts,
        count(*) filter (where draft_id in (from refused)) as count_refused
    from content.drafts
    where run_id = $run_id
),

claims as (
    select count(*) as count_claims
    from content.claims
    inner join content.texts using (text_id)
    where texts.run_id = $run_id
)

select
    drafts.count_drafts,
    drafts.count_refused,
    claims.count_claims
from drafts
cross join claims
