-- Grain: the scrubbed forms of the customer's reviews and questions.
delete from staging.scrubbed_texts
where (source_table, source_key) in (select (source_table, source_key) from own_texts)
