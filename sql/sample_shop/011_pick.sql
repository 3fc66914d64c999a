-- Grain: a macro; pick(list, u) is the element of the list at the share u of its length, u in [0, 1).
create or replace temp macro pick(list, u) as list[1 + cast(floor(u * len(list)) as integer)]
