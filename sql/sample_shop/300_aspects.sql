-- Grain: one row an aspect that reviews speak of and a category where it makes sense. Null category means any.
create or replace temp table sample_aspects as
with aspects as (
    select *
    from (
        values
        ('quality', null), ('colour', null), ('size', null), ('delivery', null), ('packaging', null), ('design', null),
        ('finish', null), ('price', null),
        ('handle', 'mugs and teaware'), ('handle', 'kitchenware'), ('weight', 'kitchenware'), ('weight', 'bags'),
        ('comfort', 'bedding'), ('comfort', 'bags'), ('stitching', 'bedding'), ('stitching', 'bags'),
        ('fabric', 'bedding'), ('brightness', 'lighting'), ('assembly', 'lighting'), ('stability', 'lighting'),
        ('scent', 'candles and scent'), ('burn', 'candles and scent'), ('stability', 'gardenware'),
        ('assembly', 'gardenware'), ('paper', 'stationery'), ('binding', 'stationery'), ('pour', 'mugs and teaware')
    ) as words (aspect, category)
)

select aspects.aspect, types.type, types.category, aspects.category is null as is_general
from aspects
inner join sample_types as types on aspects.category is null or aspects.category = types.category
where
    (aspects.aspect <> 'handle' or types.type in ('Mug', 'Teapot', 'Milk Jug', 'Espresso Cup', 'Frying Pan', 'Saucepan',
        'Casserole Dish', 'Travel Mug', 'Cup and Saucer'))
    and (aspects.aspect <> 'pour' or types.type in ('Teapot', 'Milk Jug'))
    and (aspects.aspect <> 'burn' or types.type in ('Scented Candle', 'Pillar Candle', 'Wax Melt Set'))
    and (aspects.aspect <> 'scent' or types.type in ('Scented Candle', 'Reed Diffuser', 'Room Spray', 'Wax Melt Set'))
    and (aspects.aspect <> 'paper' or types.type in ('Notebook', 'Sketchbook', 'Notecard Set'))
    and (aspects.aspect <> 'binding' or types.type in ('Notebook', 'Sketchbook', 'Photo Album'))
    and (aspects.aspect <> 'assembly' or types.type in ('Floor Lamp', 'Pendant Light', 'Table Lamp', 'Plant Stand', 'Folding Chair'))
    and (aspects.aspect <> 'stability' or types.type in ('Floor Lamp', 'Table Lamp', 'Desk Lamp', 'Plant Stand', 'Folding Chair', 'Planter'))
    and (aspects.aspect <> 'brightness' or types.type not in ('Lampshade'))
    and (aspects.aspect <> 'stitching' or types.type <> 'Coin Purse')
    and (aspects.aspect <> 'comfort' or types.type in ('Duvet Cover', 'Pillowcase', 'Fitted Sheet', 'Throw', 'Bedspread', 'Blanket',
        'Bolster Cushion', 'Backpack', 'Messenger Bag', 'Weekend Bag', 'Tote Bag'))
    and (aspects.aspect <> 'weight' or types.type in ('Frying Pan', 'Saucepan', 'Casserole Dish', 'Backpack', 'Messenger Bag',
        'Weekend Bag', 'Tote Bag'))
