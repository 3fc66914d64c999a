-- Grain: one row a record of Online Retail that is no exact copy of an earlier one; reason says why it is refused.
-- Codes are compared in capitals; customers lose the '.0' that a spreadsheet gave them.
create or replace temp table lines as
with service_codes(pattern, what) as (
    values
    ('POST', 'postage'), ('DOT', 'postage'), ('C2', 'carriage'), ('M', 'a manual entry'), ('D', 'a discount'),
    ('S', 'samples'), ('B', 'a bad debt'), ('CRUK', 'a commission'), ('AMAZONFEE', 'a fee'),
    ('BANK CHARGES', 'a fee'), ('GIFT_.*', 'a gift voucher')
),

codes as (
    select distinct code as raw_code, upper(trim(code)) as code
    from incoming
),

coded as (
    select codes.raw_code, codes.code, codes.code <> trim(codes.raw_code) as is_lower_code, service_codes.what as service
    from codes
    left join service_codes on regexp_full_match(codes.code, service_codes.pattern)
),

descriptions as (
    select distinct
        description as raw_description,
        regexp_replace(trim(regexp_replace(description, '\s+', ' ', 'g')), '[\s,.;]+$', '') as description
    from incoming
    where description is not null
),

described as (
    select
        *,
        -- Names are written in capitals; what staff typed is not, or asks, or says what became of the stock.
        contains(description, '?')
        or length(regexp_replace(description, '[^A-Za-z]', '', 'g')) < 3
        or length(regexp_replace(description, '[^a-z]', '', 'g')) > length(regexp_replace(description, '[^A-Z]', '', 'g'))
        or regexp_full_match(
            description,
            '(amazon|ebay|dotcom|test|check|found|lost|missing|damaged|damages|broken|crushed|wet|mouldy|display|samples|'
            || 'mia|adjust|adjustment|dotcom sales|website fixed|came coded as .*|wrongly .*|sold as .*)',
            'i'
        ) as is_note
    from descriptions
),

copies as (
    select min(line) as first_line, unnest(list(line)) as line
    from incoming
    group by invoice, code, description, quantity, invoiced_at, price, customer, country
    having count(*) > 1
),

typed as (
    select
        incoming.line,
        trim(incoming.invoice) as order_id,
        coded.code,
        coded.is_lower_code,
        coded.service,
        described.description,
        coalesce(described.is_note, true) as is_note,
        try_cast(try_cast(incoming.quantity as double) as integer) as quantity,
        try_cast(incoming.price as double) as price,
        try_cast(incoming.invoiced_at as timestamp) as ordered_at,
        nullif(regexp_replace(trim(incoming.customer), '\.0+$', ''), '') as customer_id,
        ends_with(trim(incoming.customer), '.0') as is_customer_number,
        nullif(trim(incoming.country), '') as country,
        upper(left(trim(incoming.invoice), 1)) = 'C' as is_cancellation,
        coalesce(copies.line > copies.first_line, false) as is_copy
    from incoming
    left join coded on incoming.code is not distinct from coded.raw_code
    left join described on incoming.description = described.raw_description
    left join copies using (line)
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
from typed
