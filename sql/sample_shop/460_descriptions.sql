-- Grain: one row a product: its page text, plain or with details listed; duplicates repeat it, some have none or dirt.
update shop.products
set description = pages.description
from (
    with pages as (
        select products.product_key, texts.body, texts.facts
        from sample_texts as texts
        inner join sample_products as products using (product_id)
        where texts.kind = 'product_page'
    ),

    listed as (
        select
            products.product_id,
            draw($seed, products.product_id, 'page form') as u_form,
            draw($seed, products.product_id, 'page dirt') as u_dirt,
            pages.body,
            array_to_string(
                list_transform(
                    list_filter(map_entries(pages.facts), lambda e: e.key in ('material', 'capacity', 'size', 'dimensions', 'care', 'origin')),
                    lambda e: upper(e.key[1]) || e.key[2:] || ': ' || e.value
                ), '. '
            ) as details
        from sample_products as products
        inner join pages using (product_key)
    )

    select
        product_id,
        case
            when u_dirt < 0.03 then null
            when u_dirt < 0.045 then '<div class="desc"><p>' || body || '</p></div>'
            when u_dirt < 0.06 then replace(body, ' ', chr(160))
            when u_dirt < 0.075 then body || ' SKU pending. Image for illustration only. E&OE.'
            when u_form < 0.35 and details <> '' then body || ' ' || details || '.'
            else body
        end as description
    from listed
) as pages
where shop.products.product_id = pages.product_id
