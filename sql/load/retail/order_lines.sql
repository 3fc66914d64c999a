-- Grain: one row a line that is no copy. The quantity of a cancelled order is what was cancelled, above zero.
create or replace temp table judged_lines as
select
    line,
    order_id,
    cast(row_number() over (partition by order_id, reason is null order by line) as integer) as line_number,
    code as product_id,
    abs(quantity) as quantity,
    cast(price as decimal(12, 2)) as unit_price,
    cast(null as decimal(12, 2)) as list_price,
    reason
from lines
where not is_copy
