-- Grain: one row: the size of the audience and a hash that any change of customers, products or ranks changes.
-- DuckDB's own hash, at a fraction of MD5's price, for the audience is compared with that of the last run alone; a new
-- version of DuckDB that hashes otherwise writes at most one new version of each scenario.
select
    customers.count_customers,
    products.count_products,
    md5(concat_ws('/', customers.digest, products.digest, customers.count_customers, products.count_rows)) as audience_hash
from (
    select
        count(customer_id) as count_customers,
        bit_xor(hash(customer_id)) as digest
    from (select distinct customer_id from offered_candidates) as own
) as customers
cross join (
    select
        count(distinct product_id) as count_products,
        count(*) as count_rows,
        bit_xor(hash(customer_id, product_id, rank)) as digest
    from ranked_products
) as products
