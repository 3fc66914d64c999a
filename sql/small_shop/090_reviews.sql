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
where r < 3 + number % 9
