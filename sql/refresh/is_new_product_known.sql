-- Grain: one row: whether anybody viewed or ordered a product before it stood in the catalogue: its category then
-- matters to rows of before.
with added as (
    select product_id from marked_categories where not is_known
)

select
    exists(select 1 from before_product_views semi join added using (product_id))
    or exists(select 1 from marked_order_lines as lines semi join added using (product_id) where lines.is_known) as is_known
