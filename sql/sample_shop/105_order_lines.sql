-- Grain: one row a line of an order: a first choice by habit, then companions and whims.
create or replace temp table sample_lines as
with planned as (
    select
        orders.*,
        1 + cast(floor(
            power(draw($seed, order_key, 'lines'), case habit when 'gift' then 0.8 when 'lapsed' then 1.0 else 1.6 end)
            * case habit when 'gift' then 5 else 3.6 end
        ) as integer) as count_lines
    from sample_orders as orders
),

slots as (
    select *, unnest(range(1, count_lines + 1)) as line_key
    from planned
),

wishes as (
    select
        *,
        draw($seed, order_key, 'pick' || line_key) as u,
        case
            when habit = 'gift' then 'gift'
            when habit = 'loyalist' and draw($seed, order_key, 'loyal' || line_key) < 0.8 then favourite
            when habit = 'lapsed' and draw($seed, order_key, 'fine' || line_key) < 0.7 then 'fine'
            when draw($seed, order_key, 'home' || line_key) < 0.2 then favourite
            else 'all'
        end as list
    from slots
),

firsts as (
    select wishes.*, shelf.product_id
    from wishes
    asof inner join sample_shelf as shelf
        on wishes.list = shelf.list and wishes.u >= shelf.share_before
),

anchors as (
    select order_id, product_id as anchor_id
    from firsts
    where line_key = 1
),

matched as (
    select
        firsts.* exclude (product_id),
        case
            when firsts.line_key > 1 and companions.companion_id is not null
            and draw($seed, firsts.order_key, 'companion' || firsts.line_key)
            < case when firsts.habit in ('gift', 'loyalist') then 0.25 else 0.6 end
                then companions.companion_id
            else firsts.product_id
        end as product_id
    from firsts
    inner join anchors using (order_id)
    left join sample_companions as companions
        on anchors.anchor_id = companions.product_id
        and companions.rank = case when draw($seed, firsts.order_key, 'which' || firsts.line_key) < 0.65 then 1 else 2 end
),

distinct_lines as (
    select *
    from matched
    qualify row_number() over (partition by order_id, product_id order by line_key) = 1
),

priced as (
    select
        lines.*,
        products.price,
        draw($seed, lines.order_key, 'quantity' || lines.product_id) as u_quantity,
        draw($seed, lines.order_key, 'discount' || lines.product_id)
        < case when lines.habit = 'bargain' then 0.82 when month(lines.ordered_at) in (1, 7) then 0.22 else 0.09 end
            as is_discounted,
        pick([0.10, 0.15, 0.20, 0.25, 0.30, 0.40], draw($seed, lines.order_key, 'rate' || lines.product_id)) as rate
    from distinct_lines as lines
    inner join sample_products as products using (product_id)
)

select
    order_id,
    cast(row_number() over (partition by order_id order by line_key) as integer) as line_number,
    customer_id,
    ordered_at,
    order_key,
    state,
    product_id,
    case when u_quantity < 0.8 then 1 when u_quantity < 0.94 then 2 when u_quantity < 0.98 then 4 else 3 end as quantity,
    cast(case when is_discounted then price * (1 - rate) else price end as decimal(12, 2)) as unit_price,
    price as list_price
from priced
