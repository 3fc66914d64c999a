-- Grain: one row a policy and locale.
insert into shop.policies values
    ('delivery_time', 'en', '2 to 4 working days', 'We deliver within 2 to 4 working days.'),
    ('delivery_price', 'en', '£3.95', 'Delivery costs £3.95.'),
    ('returns', 'en', '30 days', 'You may return anything within 30 days.')
