-- Grain: removes the decisions about questions that the plan (attached as planned) made anew.
delete from staging.question_replies
where exists (from planned.staging.question_replies)
