-- Grain: one row a policy of the locale.
select
    name,
    value,
    body
from shop.policies
where locale = $locale
