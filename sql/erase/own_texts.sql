-- Grain: one row a review or question of the customer, with its product.
create or replace temp table own_texts as
select 'shop.reviews' as source_table, review_id as source_key, product_id, reviewed_at as written_at
from shop.reviews
where customer_id = $customer_id
union all
select 'shop.questions', question_id, product_id, asked_at
from shop.questions
where customer_id = $customer_id
