-- Grain: one row a quirk of Online Retail, with how many lines or codes have it, refused lines included.
with raw_codes as (
    select code, count(distinct description) as count_descriptions
    from incoming
    group by code
),

codes as (
    select
        code,
        bool_or(is_lower_code) and not bool_and(is_lower_code) as is_in_two_cases
    from lines
    group by code
),

counted as (
    select
        count(*) filter (customer_id is null) as without_customer,
        count(*) filter (is_customer_number) as customer_number_mended,
        count(*) filter (is_cancellation) as cancellation_line,
        count(*) filter (is_copy) as exact_copy_merged,
        count(*) filter (price <= 0) as price_not_above_zero,
        count(*) filter (price > 0 and round(price, 2) <= 0) as price_rounds_to_zero,
        count(*) filter (abs(quantity) > $most_pieces) as absurd_quantity,
        count(*) filter (quantity <= 0 and not is_cancellation) as quantity_below_zero,
        count(*) filter (service is not null) as not_a_product,
        count(*) filter (is_note and description is not null and service is null) as staff_note,
        count(*) filter (description is null) as without_description
    from lines
),

by_code as (
    select
        (select count(*) from raw_codes where count_descriptions > 1) as code_with_several_descriptions,
        count(*) filter (is_in_two_cases) as code_in_two_cases_merged
    from codes
)

unpivot (select * from counted, by_code) on columns(*) into name quirk value count_rows
