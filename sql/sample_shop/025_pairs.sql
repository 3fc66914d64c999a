-- Grain: one row a type and a type that is often bought with it.
create or replace temp table sample_pairs as
with pairs as (
    select *
    from (
        values
        ('Mug', 'Tea Towel'), ('Mug', 'Tea Infuser'), ('Teapot', 'Cup and Saucer'), ('Teapot', 'Tea Caddy'),
        ('Milk Jug', 'Teapot'), ('Cup and Saucer', 'Milk Jug'), ('Tea Infuser', 'Tea Caddy'), ('Espresso Cup', 'Tea Towel'),
        ('Travel Mug', 'Lunch Bag'), ('Travel Mug', 'Backpack'), ('Frying Pan', 'Saucepan'), ('Frying Pan', 'Chopping Board'),
        ('Casserole Dish', 'Tea Towel'), ('Casserole Dish', 'Apron'), ('Baking Tray', 'Mixing Bowl'), ('Mixing Bowl', 'Apron'),
        ('Chopping Board', 'Tea Towel'), ('Duvet Cover', 'Pillowcase'), ('Duvet Cover', 'Fitted Sheet'),
        ('Fitted Sheet', 'Pillowcase'), ('Throw', 'Cushion Cover'), ('Bedspread', 'Bolster Cushion'),
        ('Blanket', 'Scented Candle'), ('Cushion Cover', 'Bolster Cushion'), ('Table Lamp', 'Lampshade'),
        ('Floor Lamp', 'Throw'), ('Pendant Light', 'Lampshade'), ('Wall Light', 'Pendant Light'), ('Desk Lamp', 'Desk Organiser'),
        ('Lantern', 'Pillar Candle'), ('Night Light', 'Blanket'), ('Backpack', 'Lunch Bag'), ('Weekend Bag', 'Wash Bag'),
        ('Tote Bag', 'Coin Purse'), ('Messenger Bag', 'Laptop Sleeve'), ('Scented Candle', 'Candle Snuffer'),
        ('Pillar Candle', 'Candle Holder'), ('Reed Diffuser', 'Room Spray'), ('Wax Melt Set', 'Scented Candle'),
        ('Incense Holder', 'Room Spray'), ('Planter', 'Watering Can'), ('Planter', 'Plant Stand'),
        ('Hand Trowel', 'Kneeling Pad'), ('Picnic Blanket', 'Tote Bag'), ('Folding Chair', 'Picnic Blanket'),
        ('Bird Feeder', 'Planter'), ('Notebook', 'Fountain Pen'), ('Sketchbook', 'Pencil Case'),
        ('Notecard Set', 'Letter Opener'), ('Fountain Pen', 'Notecard Set'), ('Photo Album', 'Notecard Set'),
        ('Desk Organiser', 'Notebook')
    ) as words (type, companion_type)
)

select type, companion_type
from pairs
union
select companion_type, type
from pairs
