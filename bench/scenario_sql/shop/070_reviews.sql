-- Grain: one row a review, $reviews in all, of two sentences each.
insert into shop.reviews
with words as (
    select
        [
            'Great quality', 'The colour is not as shown', 'Too small for me', 'Soft and comfortable',
            'The packaging was damaged', 'Lovely design', 'Fits well', 'Poor material', 'Good value for the price',
            'Delivery was slow'
        ] as said
)

select
    'r' || n,
    'p' || cast(floor($products * pow(hash(n, 30) / 1.8446744073709552e19, 2)) as bigint),
    'c' || hash(n, 31) % $customers,
    1 + hash(n, 32) % 5,
    null,
    said[cast(1 + hash(n, 33) % 10 as bigint)] || '. ' || said[cast(1 + hash(n, 34) % 10 as bigint)] || ' and ' || lower(said[cast(1 + hash(n, 35) % 10 as bigint)]) || '.',
    timestamp '2025-11-01' + to_seconds(n % 31536000)
from range($reviews) as numbers(n)
cross join words
