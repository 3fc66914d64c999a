-- Grain: one row a review by a customer; rating is 1 to 5; body is what the customer wrote and may hold personal data.
create table if not exists shop.reviews (
    review_id varchar not null,
    product_id varchar not null,
    customer_id varchar,
    rating integer not null,
    title varchar,
    body varchar,
    reviewed_at timestamp
)
