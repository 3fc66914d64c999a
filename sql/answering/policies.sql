-- Grain: one row a policy of the locale, with the sentence that a customer may read.
select name, body
from shop.policies
where locale = $locale
order by name
