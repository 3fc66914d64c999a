-- Grain: one row a customer. Every seventeenth does not consent, every fortieth is suppressed.
insert into shop.customers
select
    printf('c%04d', c),
    printf('Imogen Testerton %d', c),
    printf('imogen%d@example.com', c),
    printf('07700 900%03d', c % 1000),
    printf('%d Larkspur Terrace', c),
    'Leeds', 'United Kingdom', 'en',
    c % 17 <> 0,
    c % 40 = 7,
    timestamp '2024-11-01'
from range(1, 301) as numbers(c)
