-- Grain: one row a check and rule that refused something in the run $run_id; examples are its most frequent reasons.
with refused as (
    select
        verdicts.check_name,
        verdicts.rule,
        verdicts.draft_id,
        drafts.brief_id,
        verdicts.sentence_index is not null as is_of_sentence,
        coalesce(verdicts.reason, 'no reason kept') as reason,
        verdicts.claim
    from content.verdicts
    left join content.drafts using (run_id, draft_id)
    where
        verdicts.run_id = $run_id
        and not verdicts.is_passed
),

reasons as (
    select
        check_name,
        rule,
        reason,
        count(distinct draft_id) as count_drafts,
        min(claim) as claim
    from refused
    group by all
),

examples as (
    select
        check_name,
        rule,
        list(struct_pack(
            reason := reason, claim := claim, count_drafts := count_drafts
        ) order by count_drafts desc, reason)[:3] as examples
    from reasons
    group by all
),

rules as (
    select
        check_name,
        rule,
        count(distinct draft_id) as count_drafts,
        count(distinct brief_id) as count_briefs,
        count(*) filter (where is_of_sentence) as count_sentences
    from refused
    group by all
)

select
    rules.check_name,
    rules.rule,
    rules.count_drafts,
    rules.count_briefs,
    rules.count_sentences,
    examples.examples
from rules
inner join examples using (check_name, rule)
order by rules.count_drafts desc, rules.check_name, rules.rule
