-- Grain: one row a row of the customer in shop.customers: what names the person in free text.
select name, email, phone, address
from shop.customers
where customer_id = $customer_id
