-- Grain: one row a pair that the copywriter may learn from: an edit or a rejection that still holds. accepted_text is
-- given only where the person's text was approved.
select
    training_pairs.approval_id,
    training_pairs.plugin,
    training_pairs.scenario,
    training_pairs.goal,
    training_pairs.tone,
    training_pairs.locale,
    training_pairs.subject_id,
    training_pairs.prompt,
    training_pairs.facts,
    training_pairs.rejected_text,
    case when approvals.state = 'approved' then training_pairs.accepted_text end as accepted_text,
    training_pairs.reason,
    training_pairs.created_at
from content.training_pairs
inner join content.approvals using (approval_id)
where training_pairs.withdrawn_at is null
order by training_pairs.created_at, training_pairs.approval_id, training_pairs.entry
