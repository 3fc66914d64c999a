-- Grain: refuses the lines of codes that no line gives a usable name.
update lines
set reason = 'no line of the code ' || code || ' describes a product'
where reason is null and code not in (select code from found_names)
