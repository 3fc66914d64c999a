-- Grain: one row a customer's question.
insert into shop.questions
select
    'q' || product_id, product_id, 'c0001', 'Is the ' || name || ' dishwasher safe?', timestamp '2026-11-01',
    case when number % 2 = 0 then 'Please see the care line on its page.' end,
    case when number % 2 = 0 then timestamp '2026-11-02' end
from small_products where number < 10
