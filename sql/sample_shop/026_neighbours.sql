-- Grain: one row a category and the categories that the same people buy.
create or replace temp table sample_neighbours as
select *
from (
    values
    ('mugs and teaware', ['kitchenware', 'stationery', 'candles and scent']),
    ('kitchenware', ['mugs and teaware', 'gardenware']),
    ('bedding', ['candles and scent', 'lighting', 'mugs and teaware']),
    ('lighting', ['bedding', 'candles and scent', 'stationery']),
    ('bags', ['stationery', 'gardenware', 'mugs and teaware']),
    ('candles and scent', ['bedding', 'lighting', 'mugs and teaware']),
    ('gardenware', ['kitchenware', 'candles and scent', 'bags']),
    ('stationery', ['bags', 'lighting', 'mugs and teaware'])
) as words (category, neighbours)
