-- Grain: one row an unanswered question whose text was scrubbed; the original text is never read here.
select
    questions.question_id,
    questions.product_id,
    scrubbed.body,
    scrubbed.count_removed,
    md5(scrubbed.body) as question_hash
from shop.questions as questions
inner join staging.scrubbed_texts as scrubbed
    on
        questions.question_id = scrubbed.source_key
        and md5(questions.body) = scrubbed.source_hash
        and scrubbed.source_table = 'shop.questions'
where questions.answer is null
order by questions.question_id
