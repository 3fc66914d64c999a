-- Grain: one row a brand and category that it makes things for; ranges are the names of its collections. All invented.
create or replace temp table sample_brands as
with brands as (
    select *
    from (
        values
        ('Hallam & Thorne', ['Harrow', 'Dunmore', 'Selby', 'Ambleside', 'Winslow', 'Corbridge'],
            ['mugs and teaware', 'kitchenware']),
        ('Pennyfield', ['Linnet', 'Kelso', 'Buttercup', 'Marden', 'Tansy', 'Evesham'],
            ['mugs and teaware', 'stationery', 'gardenware']),
        ('Brackwater Pottery', ['Skerry', 'Lundy', 'Penmarrow', 'Tideline', 'Mullion', 'Porthgwarra'],
            ['mugs and teaware', 'candles and scent']),
        ('Oxley Row', ['Clement', 'Fenwick', 'Ludgate', 'Barnaby', 'Mercer', 'Aldwych'],
            ['kitchenware', 'stationery']),
        ('Calder Works', ['Forge', 'Tolland', 'Ironbridge', 'Halden', 'Stannard', 'Kiln Lane'],
            ['kitchenware', 'lighting']),
        ('Lowther Mill', ['Wensley', 'Haweswater', 'Rosedale', 'Swinside', 'Bronte', 'Eskdale'],
            ['bedding', 'bags']),
        ('Fernhollow', ['Larkfield', 'Willowmere', 'Tamsin', 'Hawthorn', 'Dovecote', 'Orrin'],
            ['bedding', 'candles and scent']),
        ('Marlowe Lane', ['Camber', 'Isolde', 'Verity', 'Ottoline', 'Sefton', 'Beatrix'],
            ['bedding', 'bags', 'stationery']),
        ('Kestrel Yard', ['Lantern Street', 'Gantry', 'Merrow', 'Sidcot', 'Dalston', 'Wharf'],
            ['lighting', 'bags']),
        ('Ashby Grange', ['Elmstead', 'Pelham', 'Rowena', 'Chalfont', 'Orchard', 'Tilney'],
            ['lighting', 'gardenware']),
        ('Tarn & Fell', ['Langdale', 'Borrow', 'Catbells', 'Helvel', 'Rydal', 'Thirl'],
            ['bags', 'gardenware']),
        ('Saltmarsh & Wren', ['Blakeney', 'Samphire', 'Holkham', 'Curlew', 'Morston', 'Tern'],
            ['candles and scent', 'gardenware']),
        ('Quillon', ['Folio', 'Ampersand', 'Marginal', 'Octavo', 'Verso', 'Colophon'],
            ['stationery', 'lighting'])
    ) as words (brand, ranges, categories)
)

select brand, ranges, unnest(categories) as category
from brands
