-- Grain: one row a purchase, old or new, of a customer in buyers.
select purchases.*
from staging.purchases
semi join buyers using (customer_id)
