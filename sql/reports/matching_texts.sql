-- Grain: one row a published text whose id starts with $prefix, an exact match first; at most six.
select text_id
from content.texts
where starts_with(text_id, $prefix)
order by text_id <> $prefix, text_id
limit 6
