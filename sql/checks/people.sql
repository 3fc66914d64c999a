-- Grain: one row a customer's name, e-mail, phone or address line.
with people as (
    select unnest([name, email, phone, address]) as word
    from shop.customers
)

select distinct lower(trim(word)) as word
from people
where word is not null and length(trim(word)) >= 5
