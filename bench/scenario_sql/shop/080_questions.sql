-- Grain: one row a question, $questions in all; every third is open.
insert into shop.questions
select
    'q' || n,
    'p' || hash(n, 40) % $products,
    'c' || hash(n, 41) % $customers,
    'How do I wash it?',
    timestamp '2026-10-01',
    case when n % 3 > 0 then 'Wash it at 30 degrees.' end,
    case when n % 3 > 0 then timestamp '2026-10-02' end
from range($questions) as numbers(n)
