-- Grain: one row a customer, $customers in all; nine in ten consent.
insert into shop.customers
select
    'c' || n,
    'Person ' || n,
    'person' || n || '@example.com',
    null,
    null,
    'Town ' || n % 500,
    'GB',
    'en',
    hash(n, 3) % 10 > 0,
    hash(n, 4) % 200 = 0,
    timestamp '2024-01-01'
from range($customers) as numbers(n)
