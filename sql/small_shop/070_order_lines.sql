-- Grain: one row an order line: a product, and with most orders the product of the same range that goes with it.
insert into shop.order_lines
with first as (
    select
        *,
        case cohort
            when 3 then (c // 10 % 5) * 8 + c % 2 + n % 3
            when 0 then 12 + (c * 5 + n * 7) % 8
            else (c * 11 + n * 17) % 40
        end as chosen
    from small_orders
),

lines as (
    select *, 1 as line_number, chosen as number from first
    union all
    -- kinds 0 and 1, 2 and 3, … stand in pairs; four products apart in number
    select *, 2, case when chosen // 4 % 2 = 0 then chosen + 4 else chosen - 4 end
    from first where (c + n) % 10 < 7
    union all
    select *, 3, (chosen + 9) % 40 from first where cohort = 5
)

select
    order_id, line_number, product_id,
    case when cohort = 0 then 2 else 1 + (c + n) % 2 end,
    cast(case when cohort = 4 and (c + n) % 5 < 4 then unit_price * 0.75 else unit_price end as decimal(12, 2)),
    unit_price
from lines inner join small_products using (number)
