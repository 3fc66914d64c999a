-- Grain: a macro; facts([fact(…), …]) drops the facts without a value.
create or replace temp macro facts(list) as list_filter(list, lambda f: f.value is not null and trim(f.value) <> '')
