-- Grain: one row: the size of the audience and a hash that any change of customers, products or ranks changes.
select
    (select count(distinct customer_id) from offered_candidates) as count_customers,
    (select count(distinct product_id) from ranked_products) as count_products,
    md5(concat_ws(
        '/',
        (select bit_xor(md5_number(customer_id)) from (select distinct customer_id from offered_candidates) as customers),
        (select bit_xor(md5_number(customer_id || '/' || product_id || '/' || rank)) from ranked_products),
        (select count(distinct customer_id) from offered_candidates),
        (select count(*) from ranked_products)
    )) as audience_hash
