-- Grain: one row a distinct name and address among the shop's customers; read into memory for scrubbing only.
select distinct name, address
from shop.customers
where name is not null or address is not null
order by all
