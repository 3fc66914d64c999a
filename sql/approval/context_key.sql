-- Grain: one row; changes when what the checks know of the shop may have changed.
select
    (select count(*) from shop.customers) as count_customers,
    (select count(*) from shop.product_facts) as count_facts,
    (select bit_xor(hash(products)) from shop.products) as products,
    (select bit_xor(hash(policies)) from shop.policies) as policies,
    (select max(loaded_at) from shop.loads) as loaded_at
