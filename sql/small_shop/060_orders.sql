-- Grain: one row an order; every fiftieth is cancelled.
insert into shop.orders
select
    order_id, printf('c%04d', c), ordered_at,
    case when cohort > 5 and (c * 7 + n) % 50 = 0 then 'cancelled' else 'paid' end
from small_orders
