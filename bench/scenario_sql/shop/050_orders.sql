-- Grain: one row an order: orders $first_order to $last_order of $orders over the same two years; one in twenty-five is cancelled or returned.
insert into shop.orders
select
    'o' || n,
    'c' || cast(floor($customers * pow(hash(n, 20) / 1.8446744073709552e19, 1.3)) as bigint),
    timestamp '2024-11-01' + to_microseconds(cast(63072000000000.0 * n / $orders as bigint)),
    case hash(n, 21) % 50 when 0 then 'cancelled' when 1 then 'returned' else 'paid' end
from range($first_order, $last_order) as numbers(n)
