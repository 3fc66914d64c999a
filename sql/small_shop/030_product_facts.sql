-- Grain: one row a product and fact; every seventh product lacks its care.
insert into shop.product_facts
with long as (
    unpivot (
        select
            product_id, number, material, colour, capacity, size, care, feature_1, feature_2, origin
        from small_products
    ) on material, colour, capacity, size, care, feature_1, feature_2, origin into name name value value
)

select product_id, name, value from long where not (name = 'care' and number % 7 = 0)
