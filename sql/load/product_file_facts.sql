-- Grain: one row a product and fact column that is not empty, of a products file with columns such as material.
create or replace temp table file_facts as
select
    judged.line,
    judged.product_id,
    facts.fact_name as name,
    trim(regexp_replace(facts.fact_value, '\s+', ' ', 'g')) as value,
    if(length(facts.fact_value) > 300, 'value is longer than 300 characters', null) as reason
from judged
inner join (unpivot incoming on columns(* exclude (
    line, product_id, name, brand, category, price, currency, is_available, description, source
)) into name fact_name value fact_value) as facts using (line)
where judged.reason is null and trim(facts.fact_value) <> ''
