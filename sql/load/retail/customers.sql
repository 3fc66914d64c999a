-- Grain: one row a customer who stands on any line; the country is the one that stands most often.
create or replace temp table judged_customers as
select
    min(line) as line,
    customer_id,
    cast(null as varchar) as name,
    cast(null as varchar) as email,
    cast(null as varchar) as phone,
    cast(null as varchar) as address,
    cast(null as varchar) as city,
    mode(case country
        when 'EIRE' then 'Ireland'
        when 'RSA' then 'South Africa'
        when 'USA' then 'United States'
        when 'Unspecified' then null
        when 'European Community' then null
        else country
    end) as country,
    cast(null as varchar) as locale,
    true as is_consenting,
    false as is_suppressed,
    min(ordered_at) as created_at,
    cast(null as varchar) as reason
from lines
where customer_id is not null
group by customer_id
