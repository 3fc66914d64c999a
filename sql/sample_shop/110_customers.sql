-- Grain: one row a customer: about 12% without consent, 2% suppressed, some without e-mail or phone.
insert into shop.customers
    (customer_id, name, email, phone, address, city, country, locale, is_consenting, is_suppressed, created_at)
with firsts as (
    select customer_id, min(ordered_at) as first_order_at
    from sample_orders
    group by customer_id
)

select
    people.customer_id,
    people.name,
    case when draw($seed, people.number, 'no email') >= 0.03 then people.email end,
    case when draw($seed, people.number, 'no phone') >= 0.25 then people.phone end,
    people.address,
    people.city,
    'GB',
    'en',
    draw($seed, people.number, 'consent') >= 0.12,
    draw($seed, people.number, 'suppressed') < 0.02,
    coalesce(
        firsts.first_order_at,
        timestamp '2024-12-01' + to_hours(cast(floor(draw($seed, people.number, 'joined') * 16800) as integer))
    ) - to_minutes(cast(floor(power(draw($seed, people.number, 'before'), 3) * 60000) + 12 as integer))
from sample_people as people
left join firsts using (customer_id)
order by people.customer_id
