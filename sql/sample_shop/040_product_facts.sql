-- Grain: one row a product and fact name; about 7% are missing, as in a real catalogue.
insert into shop.product_facts
select product_id, name, value
from sample_all_facts
where draw($seed, product_id || name, 'missing') >= 0.07
order by product_id, name
