-- Grain: one row a product and fact column that is not empty, of a products file with columns such as material.
create or replace temp table file_facts as
select
    judged.line,
    judged.product_id,
    facts.name,
    trim(regexp_replace(facts.value, '\s+', ' ', 'g')) as value,
    if(length(facts.value) > 300, 'value is longer than 300 characters', null) as reason
from judged
inner join (unpivot incoming on columns(* exclude (
    line, product_id, name, brand, category, price, currency, is_available, description, source
)) into name name value value) as facts using (line)
where judged.reason is null and trim(facts.value) <> ''
