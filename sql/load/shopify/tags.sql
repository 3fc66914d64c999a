-- Grain: one row a product with its tags, and its weight in grams where all variants weigh the same.
select
    handle,
    min(line) as line,
    max(tags) as tags,
    if(min(grams) filter (grams > 0) = max(grams) filter (price is not null), max(grams), null) as grams
from records
where reason is null
group by handle
order by line
