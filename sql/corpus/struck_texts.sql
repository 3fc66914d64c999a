-- Grain: one row an edit or a rejection by a person that was not undone, with the facts that the draft was written from.
select
    training_pairs.plugin as kind,
    training_pairs.subject_id,
    training_pairs.rejected_text,
    training_pairs.accepted_text,
    cast(training_pairs.facts as varchar) as facts
from content.training_pairs
where training_pairs.withdrawn_at is null
order by training_pairs.approval_id, training_pairs.entry
