-- Grain: what was decided about the customer's questions.
delete from staging.question_replies
where question_id in (select source_key from own_texts where source_table = 'shop.questions')
