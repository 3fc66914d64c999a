-- Grain: one row a record of Online Retail that is no exact copy of an earlier one; reason says why it is refused.
-- Codes are compared in capitals; customers lose the '.0' that a spreadsheet gave them.
create or replace temp table lines as
with service_codes(pattern, what) as (
    values
    ('POST', 'postage'), ('DOT', 'postage'), ('C2', 'carriage'), ('M', 'a manual entry'), ('D', 'a discount'),
    ('S', 'samples'), ('B', 'a bad debt'), ('CRUK', 'a commission'), ('AMAZONFEE', 'a fee'),
    ('BANK CHARGES', 'a fee'), ('GIFT_.*', 'a gift voucher')
),

typed as (
    select
        line,
        trim(invoice) as order_id,
        upper(trim(code)) as code,
        trim(code) <> upper(trim(code)) as is_lower_code,
        regexp_replace(trim(regexp_replace(description, '\s+', ' ', 'g')), '[\s,.;]+$', '') as description,
        try_cast(try_cast(quantity as double) as integer) as quantity,
        try_cast(price as double) as price,
        try_cast(invoiced_at as timestamp) as ordered_at,
        nullif(regexp_replace(trim(customer), '\.0+$', ''), '') as customer_id,
        trim(customer) like '%.0' as is_customer_number,
        nullif(trim(country), '') as country,
        upper(left(trim(invoice), 1)) = 'C' as is_cancellation,
        row_number() over (
            partition by invoice, code, description, quantity, invoiced_at, price, customer, country
            order by line
        ) > 1 as is_copy
    from incoming
),

described as (
    select
        typed.*,
        service_codes.what as service,
        -- Names are written in capitals; what staff typed is not, or asks, or says what became of the stock.
        coalesce(
            contains(description, '?')
            or length(regexp_replace(description, '[^A-Za-z]', '', 'g')) < 3
            or length(regexp_replace(description, '[^a-z]', '', 'g')) > length(regexp_replace(description, '[^A-Z]', '', 'g'))
            or regexp_full_match(
                description,
                '(amazon|ebay|dotcom|test|check|found|lost|missing|damaged|damages|broken|crushed|wet|mouldy|display|samples|'
                || 'mia|adjust|adjustment|dotcom sales|website fixed|came coded as .*|wrongly .*|sold as .*)',
                'i'
            ),
            true
        ) as is_note
    from typed
    left join service_codes on regexp_full_match(typed.code, service_codes.pattern)
)

select
    *,
    case
        when coalesce(order_id, '') = '' then 'InvoiceNo is empty'
        when coalesce(code, '') = '' then 'StockCode is empty'
        when service is not null then 'code ' || code || ' is no product but ' || service
        when quantity is null then 'Quantity is no whole number'
        when price is null then 'UnitPrice is no number'
        when ordered_at is null then 'InvoiceDate is no time'
        when price <= 0 then 'UnitPrice is not above zero'
        when round(price, 2) <= 0 then 'UnitPrice rounds to zero'
        when abs(quantity) > $most_pieces then 'quantity ' || quantity || ' is beyond ' || $most_pieces
        when quantity = 0 then 'quantity is zero'
        when quantity < 0 and not is_cancellation then 'quantity is below zero outside a cancellation'
    end as reason
from described
