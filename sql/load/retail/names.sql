-- Grain: one row a product code and description, of the lines that are kept, with how often it stands.
select code, description, is_note, count(*) as count_lines
from lines
where not is_copy and reason is null and description is not null
group by all
order by all
