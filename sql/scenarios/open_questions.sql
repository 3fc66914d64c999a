-- Grain: one row a customer and product.
-- title: Open questions
-- goal: inform
-- season: all_year
-- channel: email
-- tone: plain
-- locale: en
-- content_types: auto_replies
-- priority: 5
--
-- Customers who asked about a product and have no answer yet. A reply is written for the question, from facts and
-- policies alone; it is not part of the feed, which speaks to segments.
select distinct
    customer_id,
    product_id,
    1.0 as score
from shop.questions
where
    answer is null
    and customer_id is not null
    and product_id is not null
