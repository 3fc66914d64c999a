-- Grain: one row a question that a person has answered before, scrubbed, for the people who take hand-overs.
select scrubbed.body as question, questions.answer
from shop.questions as questions
inner join staging.scrubbed_texts as scrubbed
    on questions.question_id = scrubbed.source_key and scrubbed.source_table = 'shop.questions'
where questions.answer is not null and scrubbed.count_removed = 0
order by questions.question_id
