-- Grain: one row a product that we may speak about: available, priced, named and categorised.
-- Of several products with one name, brand and category only the first stays (count_duplicates says how many).
create or replace table mart.product_offers as
with offered as (
    select
        product_id,
        trim(name) as name,
        nullif(trim(brand), '') as brand,
        trim(category) as category,
        price,
        currency
    from shop.products
    where is_available and price > 0 and trim(name) <> '' and trim(category) <> ''
)

select
    *,
    count(*) over same as count_duplicates
from offered
window same as (partition by lower(name), lower(coalesce(brand, '')), lower(category))
qualify row_number() over (same order by product_id) = 1
