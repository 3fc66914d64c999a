-- Grain: deletes the scrubbed texts whose review or question is gone.
delete from staging.scrubbed_texts
where (source_table = 'shop.reviews' and source_key not in (select review_id from shop.reviews where body is not null))
    or (source_table = 'shop.questions' and source_key not in (select question_id from shop.questions))
