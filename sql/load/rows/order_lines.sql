-- Grain: one row a record of an order lines file; reason says why it is refused, null where it is kept.
-- Without a line_number the lines of an order are numbered as they stand in the file.
with named as (
    select
        line,
        regexp_replace(trim(order_id), '^(\d+)\.0+$', '\1') as order_id,
        line_number as line_number_text,
        trim(product_id) as product_id,
        quantity as quantity_text,
        try_cast(quantity as double) as quantity,
        unit_price as unit_price_text,
        try_cast(regexp_replace(unit_price, '[£$€,\s]', '', 'g') as decimal(12, 2)) as unit_price,
        try_cast(regexp_replace(list_price, '[£$€,\s]', '', 'g') as decimal(12, 2)) as list_price
    from incoming
)

select
    line,
    order_id,
    coalesce(
        try_cast(try_cast(line_number_text as double) as integer),
        cast(row_number() over (partition by order_id order by line) as integer)
    ) as line_number,
    product_id,
    try_cast(quantity as integer) as quantity,
    unit_price,
    list_price,
    case
        when coalesce(order_id, '') = '' then 'order_id is empty'
        when coalesce(product_id, '') = '' then 'product_id is empty'
        when nullif(trim(line_number_text), '') is not null and try_cast(line_number_text as double) is null
            then 'line_number ' || left(line_number_text, 40) || ' is no number'
        when quantity is null or quantity <> floor(quantity) or try_cast(quantity as integer) is null
            then 'quantity ' || coalesce(left(quantity_text, 40), 'without a value') || ' is no whole number'
        when quantity <= 0 then 'quantity is not above zero'
        when unit_price is null then 'unit_price ' || coalesce(left(unit_price_text, 40), 'without a value') || ' is no number'
        when unit_price < 0 then 'unit_price is below zero'
    end as reason
from named
