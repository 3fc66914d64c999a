-- Grain: one row a line of those orders, one to four each; four in ten are below list price.
insert into shop.order_lines
with lines as (
    select
        n,
        'c' || cast(floor($customers * pow(hash(n, 20) / 1.8446744073709552e19, 1.3)) as bigint) as buyer,
        unnest(range(cast(1 + hash(n, 22) % 4 as bigint))) as line
    from range($first_order, $last_order) as numbers(n)
),

priced as (
    select
        *,
        cast(hash(buyer, hash(n, line, 23) % 3) % 40 as bigint) as category,
        hash(n, line, 24) / 1.8446744073709552e19 as draw,
        cast(3 + hash(n, line, 25) % 20000 / 100 as decimal(12, 2)) as list_price
    from lines
)

select
    'o' || n,
    line + 1,
    'p' || (category + 40 * cast(floor($products // 40 * pow(draw, 2)) as bigint)),
    1 + hash(n, line, 26) % 3,
    case when hash(n, line, 27) % 10 < 4 then cast(list_price * 0.8 as decimal(12, 2)) else list_price end,
    list_price
from priced
