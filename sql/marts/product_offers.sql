-- Grain: one row a product that we may speak about: available, priced, named and categorised.
-- Of several products with one name, brand and category only the first stays (count_duplicates says how many there are).
-- category_rank 1 is the product that most customers of its category bought.
create or replace table mart.product_offers as
with sensitive as (
    select string_agg(word, '|' order by word) as words from staging.sensitive_words
),

-- a category is looked at once, not once a product
judged as (
    select
        categories.category,
        regexp_matches(lower(categories.category), '\b(' || sensitive.words || ')\b') as is_sensitive
    from (select distinct category from shop.products where category is not null) as categories
    cross join sensitive
),

offered as (
    select
        product_id,
        trim(name) as name,
        nullif(trim(brand), '') as brand,
        trim(products.category) as category,
        price,
        currency,
        judged.is_sensitive
    from shop.products as products
    inner join judged on products.category = judged.category
    where is_available and price > 0 and trim(name) <> '' and trim(products.category) <> ''
),

kept as (
    select
        *,
        count(*) over same as count_duplicates
    from offered
    window same as (partition by lower(name), lower(coalesce(brand, '')), lower(category))
    qualify row_number() over (same order by product_id) = 1
)

select
    kept.*,
    coalesce(sales.count_customers, 0) as count_customers,
    coalesce(sales.discount_share, 0) as discount_share,
    coalesce(sales.gift_share, 0) as gift_share,
    percent_rank() over (partition by kept.category order by coalesce(sales.count_customers, 0)) as popularity,
    percent_rank() over (partition by kept.category order by kept.price) as price_rank,
    row_number() over (
        partition by kept.category order by coalesce(sales.count_customers, 0) desc, kept.product_id
    ) as category_rank
from kept
left join mart.product_sales as sales using (product_id)
