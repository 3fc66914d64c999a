-- Grain: one row a policy and locale: name is delivery_time, delivery_price, returns, guarantee, payment, …;
-- value is the short fact ('2 to 4 working days'), body the sentence a person may read.
create table if not exists shop.policies (
    name varchar not null,
    locale varchar not null default 'en',
    value varchar not null,
    body varchar not null
)
