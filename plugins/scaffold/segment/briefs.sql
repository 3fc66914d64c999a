-- Grain: one row a text for the segment. The subject names it: `segment` here. A campaign in parts and variants would
-- give rows such as `email.subject.A`, all with the same facts.
-- One SELECT that reads the schemas shop, staging, mart and content. $scenario_version_id is bound for you; $locale
-- and $min_audience may be used, too. Every fact names the cell that it was read from: the claim ledger shows it.
with offered as (
    select
        offers.product_id,
        offers.name,
        offers.category,
        offers.price,
        offers.currency,
        count(distinct audience.customer_id) as count_customers
    from content.audience_products as audience
    inner join mart.product_offers as offers using (product_id)
    where audience.scenario_version_id = $scenario_version_id
    group by all
),

-- the product that suits most customers of the segment; ties have an order, so that two plans are equal
first as (
    select *
    from offered
    order by count_customers desc, product_id
    limit 1
)

select
    'segment' as subject_id,
    facts([
        fact('category', category, 'shop.products', 'category', product_id),
        fact('product_1', name, 'shop.products', 'name', product_id),
        fact('price_1', money(price, currency), 'shop.products', 'price', product_id)
    ]) as facts
from first
