-- Grain: one row a policy of the locale's language.
select
    name,
    value,
    body
from shop.policies
where split_part(locale, '-', 1) = split_part($locale, '-', 1)
