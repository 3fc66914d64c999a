-- Grain: adds one row an open question that the plan (attached as planned) decided about.
insert into staging.question_replies by name
select *
from planned.staging.question_replies
