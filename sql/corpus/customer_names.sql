-- Grain: one row a customer's name and address, for taking them out of archived texts.
select distinct name, address
from shop.customers
where name is not null or address is not null
