-- Grain: one row a category and the patterns found in it, written as they stand before the word pattern.
create or replace temp table sample_patterns as
select *
from (
    values
    ('mugs and teaware', ['speckled', 'striped', 'botanical', 'dotted', 'willow']),
    ('kitchenware', ['gingham', 'striped', 'botanical', 'dotted']),
    ('bedding', ['striped', 'herringbone', 'gingham', 'botanical', 'ticking']),
    ('bags', ['herringbone', 'striped', 'tartan', 'botanical']),
    ('gardenware', ['striped', 'botanical', 'dotted']),
    ('stationery', ['marbled', 'botanical', 'striped', 'dotted', 'paisley'])
) as words (category, patterns)
