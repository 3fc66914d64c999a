-- Grain: one row; how many claims belong to no text.
select count(*) as count_broken
from content.claims
where text_id not in (select text_id from content.texts)
