-- Grain: a macro; spread(spread_number(customer_id), spread_number(product_id)) is a number above 0 and under 1 that
-- gives each customer another order of the products. MD5 then is worked out once a customer and once a product, if both
-- numbers are columns of what is joined, and never once a pair. The product of two numbers modulo the prime 2^31 - 1
-- is even (each number of one side runs through all the values of the other) and fits a bigint.
create or replace temp macro spread(one, other) as cast(cast(one as bigint) * other % 2147483647 as double) / 2147483647
