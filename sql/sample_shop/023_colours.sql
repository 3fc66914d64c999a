-- Grain: one row a family of materials and the colours that our makers give it.
create or replace temp table sample_colours as
select *
from (
    values
    ('mugs and teaware', ['olive green', 'chalk blue', 'ivory', 'charcoal', 'mustard', 'speckled white', 'ink blue', 'blush pink',
            'sage green', 'brick red']),
    ('kitchenware', ['ivory', 'charcoal', 'forest green', 'brick red', 'ink blue', 'mustard', 'pale grey', 'black', 'sage green',
            'chestnut brown']),
    ('bedding', ['ivory', 'pale grey', 'sage green', 'duck-egg blue', 'blush pink', 'charcoal', 'oatmeal', 'navy', 'burnt orange',
            'chalk white']),
    ('lighting', ['black', 'ivory', 'antique gold', 'forest green', 'charcoal', 'mustard', 'pale grey', 'ink blue', 'chalk white']),
    ('bags', ['navy', 'black', 'chestnut brown', 'olive green', 'charcoal', 'mustard', 'burgundy', 'tan', 'ink blue']),
    ('candles and scent', ['ivory', 'amber', 'charcoal', 'sage green', 'blush pink', 'smoky grey', 'chalk white', 'burgundy']),
    ('gardenware', ['forest green', 'charcoal', 'pale grey', 'ivory', 'burnt orange', 'ink blue', 'black', 'mustard',
            'sage green']),
    ('stationery', ['navy', 'burgundy', 'forest green', 'mustard', 'black', 'ivory', 'blush pink', 'teal', 'chestnut brown'])
) as words (category, colours)
