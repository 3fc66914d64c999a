-- Grain: one row a product; ten types in four ranges.
create or replace temp table small_products as
with kinds(kind, category, noun, brand, material, price, capacity, size, care, feature_1, feature_2, origin) as (
    values
    (0, 'Mugs & Teaware', 'Mug', 'Harrow & Pine', 'stoneware', 14, '350 ml', null, 'dishwasher safe',
        'a wide handle', 'a glazed rim', 'Stoke-on-Trent'),
    (1, 'Mugs & Teaware', 'Teapot', 'Harrow & Pine', 'stoneware', 38, '1.1 litres', null, 'hand wash only',
        'a removable strainer', 'a drip-free spout', 'Stoke-on-Trent'),
    (2, 'Cookware', 'Saucepan', 'Thornbury Works', 'stainless steel', 46, '2 litres', null, 'dishwasher safe',
        'a pouring lip', 'a glass lid', 'Sheffield'),
    (3, 'Cookware', 'Casserole', 'Thornbury Works', 'cast iron', 89, '4 litres', null, 'hand wash only',
        'a fitted lid', 'two side handles', 'Sheffield'),
    (4, 'Bedding', 'Duvet Cover', 'Linnet', 'washed linen', 120, null, 'double', 'machine washable at 40°C',
        'a button closure', 'inner corner ties', 'Portugal'),
    (5, 'Bedding', 'Pillowcase', 'Linnet', 'cotton percale', 22, null, 'standard', 'machine washable at 60°C',
        'an envelope closure', null, 'Portugal'),
    (6, 'Lighting', 'Table Lamp', 'Lampwick', 'oak', 75, null, '42 cm', 'wipe with a dry cloth',
        'a fabric shade', 'an inline switch', 'Cumbria'),
    (7, 'Lighting', 'Candle Holder', 'Lampwick', 'brass', 18, null, '12 cm', 'wipe with a dry cloth',
        'a felt base', null, 'Birmingham'),
    (8, 'Bags', 'Tote Bag', 'Marlow Field', 'waxed canvas', 64, '18 litres', null, 'sponge clean',
        'an inner zip pocket', 'a long shoulder strap', 'Walsall'),
    (9, 'Bags', 'Wash Bag', 'Marlow Field', 'waxed canvas', 32, '3 litres', null, 'sponge clean',
        'a water-resistant lining', null, 'Walsall')
),

ranges(variant, range_name, colour, factor) as (
    values (0, 'Ashdown', 'olive green', 1.0), (1, 'Calder', 'slate blue', 1.1), (2, 'Fenwick', 'oatmeal', 0.9),
        (3, 'Rowan', 'rust red', 1.25)
)

select
    kinds.*,
    ranges.*,
    kind * 4 + variant as number,
    printf('p%02d', kind * 4 + variant + 1) as product_id,
    range_name || ' ' || noun as name,
    cast(round(price * factor, 2) as decimal(12, 2)) as unit_price
from kinds cross join ranges;

-- Grain: one row a product. Two are sold out, one has no price.
insert into shop.products (product_id, name, brand, category, price, is_available, description, source, updated_at)
select
    product_id, name, brand, category,
    case when number = 39 then null else unit_price end,
    number not in (13, 26),
    'The ' || name || ' is made of ' || material || ' in ' || colour || '.',
    'small', timestamp '2026-01-01'
from small_products;

-- Grain: one row a product and fact; every seventh product lacks its care.
insert into shop.product_facts
with long as (
    unpivot (
        select
            product_id, number, material, colour, capacity, size, care, feature_1, feature_2, origin
        from small_products
    ) on material, colour, capacity, size, care, feature_1, feature_2, origin into name name value value
)

select product_id, name, value from long where not (name = 'care' and number % 7 = 0);

-- Grain: one row a customer. Every seventeenth does not consent, every fortieth is suppressed.
insert into shop.customers
select
    printf('c%04d', c),
    printf('Imogen Testerton %d', c),
    printf('imogen%d@example.com', c),
    printf('07700 900%03d', c % 1000),
    printf('%d Larkspur Terrace', c),
    'Leeds', 'United Kingdom', 'en',
    c % 17 <> 0,
    c % 40 = 7,
    timestamp '2024-11-01'
from range(1, 301) as numbers(c);

-- Grain: one row an order that the cohort makes: customer, number, days before the clock.
create or replace temp table small_orders as
with wanted as (
    select
        c, n,
        c % 10 as cohort,
        case c % 10
            when 0 then 240 + n * 80 + c % 30
            when 2 then 15 + c % 60
            when 3 then 20 + n * 90 + c % 20
            when 4 then 30 + n * 100 + c % 40
            when 5 then case when n % 2 = 0 then 325 + c % 25 else 690 + c % 25 end
            else 25 + n * 150 + c % 90
        end as days_ago
    from range(1, 301) as customers(c)
    cross join range(0, 6) as orders(n)
)

select
    *,
    printf('o%04d%d', c, n) as order_id,
    timestamp '2026-11-15 12:00:00' - to_days(cast(days_ago as integer)) - to_hours(c % 9) as ordered_at
from wanted
where n < case cohort when 0 then 5 when 1 then 0 when 2 then 1 when 3 then 6 when 4 then 4 when 5 then 4 else 3 end;

-- Grain: one row an order; every fiftieth is cancelled.
insert into shop.orders
select
    order_id, printf('c%04d', c), ordered_at,
    case when cohort > 5 and (c * 7 + n) % 50 = 0 then 'cancelled' else 'paid' end
from small_orders;

-- Grain: one row an order line: a product, and with most orders the product of the same range that goes with it.
insert into shop.order_lines
with first as (
    select
        *,
        case cohort
            when 3 then (c // 10 % 5) * 8 + c % 2 + n % 3
            when 0 then 12 + (c * 5 + n * 7) % 8
            else (c * 11 + n * 17) % 40
        end as chosen
    from small_orders
),

lines as (
    select *, 1 as line_number, chosen as number from first
    union all
    -- kinds 0 and 1, 2 and 3, … stand in pairs; four products apart in number
    select *, 2, case when chosen // 4 % 2 = 0 then chosen + 4 else chosen - 4 end
    from first where (c + n) % 10 < 7
    union all
    select *, 3, (chosen + 9) % 40 from first where cohort = 5
)

select
    order_id, line_number, product_id,
    case when cohort = 0 then 2 else 1 + (c + n) % 2 end,
    cast(case when cohort = 4 and (c + n) % 5 < 4 then unit_price * 0.75 else unit_price end as decimal(12, 2)),
    unit_price
from lines inner join small_products using (number);

-- Grain: one row an event: sessions of four events; browsers look at the same few products again and again.
insert into shop.events
with visits as (
    select
        c, s, e,
        c % 10 as cohort,
        case when c % 10 = 1 then (s * 4 + c) % 28 else s * 40 + c % 37 + 2 end as days_ago,
        case when c % 10 = 1 then (c * 3 + e % 3) % 40 else (c * 13 + s * 5 + e * 3) % 40 end as number
    from range(1, 331) as customers(c)
    cross join range(0, 6) as sessions(s)
    cross join range(0, 4) as steps(e)
    where c % 10 <> 0 or s > 3
)

select
    printf('e%04d%d%d', c, s, e),
    -- the last thirty are strangers
    case when c <= 300 then printf('c%04d', c) end,
    case when e = 3 and (c + s) % 3 = 0 then 'cart' else 'view' end,
    product_id,
    timestamp '2026-11-15 11:00:00' - to_days(cast(days_ago as integer)) - to_hours(c % 7) + to_minutes(e * 4)
from visits inner join small_products using (number);

-- Grain: one row a review; three to eleven a product, two in three of them pleased.
insert into shop.reviews
with pleased(k, words) as (
    values (0, 'Lovely colour, even nicer than in the pictures.'), (1, 'Excellent quality and a good size for us.'),
        (2, 'Well made, the quality is great.'), (3, 'Beautiful colour and it arrived quickly.'),
        (4, 'The size is just right and I love the design.')
),

displeased(k, words) as (
    values (0, 'The size is too small for me.'), (1, 'Poor packaging, the box was damaged.'),
        (2, 'Disappointing quality for the price.'), (3, 'The colour is dull. Delivery was slow.')
)

select
    printf('r%02d%02d', number, r),
    product_id,
    printf('c%04d', (number * 7 + r * 3) % 300 + 1),
    case when (number + r) % 3 = 2 then 1 + (number + r) % 2 else 4 + r % 2 end,
    case when r % 4 = 0 then 'My thoughts' end,
    case when (number + r) % 3 = 2 then displeased.words else pleased.words end
    || case when r = 5 and number % 8 = 1 then ' Write to imogen9@example.com if you want mine.' else '' end,
    timestamp '2026-06-01' + to_days(cast((number * 3 + r * 5) % 160 as integer))
from small_products
cross join range(0, 12) as numbers(r)
inner join pleased on pleased.k = (number + r) % 5
inner join displeased on displeased.k = (number + r * 3) % 4
where r < 3 + number % 9;

-- Grain: one row a policy and locale.
insert into shop.policies values
    ('delivery_time', 'en', '2 to 4 working days', 'We deliver within 2 to 4 working days.'),
    ('delivery_price', 'en', '£3.95', 'Delivery costs £3.95.'),
    ('returns', 'en', '30 days', 'You may return anything within 30 days.');

-- Grain: one row a customer's question.
insert into shop.questions
select
    'q' || product_id, product_id, 'c0001', 'Is the ' || name || ' dishwasher safe?', timestamp '2026-11-01',
    case when number % 2 = 0 then 'Please see the care line on its page.' end,
    case when number % 2 = 0 then timestamp '2026-11-02' end
from small_products where number < 10;

drop table small_orders;

drop table small_products;
