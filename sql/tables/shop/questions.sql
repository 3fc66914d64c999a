-- Grain: one row a customer's question; body may hold personal data; answer is an earlier good answer, if any.
create table if not exists shop.questions (
    question_id varchar not null,
    product_id varchar,
    customer_id varchar,
    body varchar not null,
    asked_at timestamp,
    answer varchar,
    answered_at timestamp
)
