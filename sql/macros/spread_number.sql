-- Grain: a macro; spread_number('c1') is a whole number in 1 … 2147483646 by MD5, the same on every machine and version.
create or replace temp macro spread_number(id) as cast(md5_number_lower(cast(id as varchar)) % 2147483646 as bigint) + 1
