-- Grain: sets the description of a judged product to what is left of it without boilerplate.
update judged
set description = stripped.description
from stripped
where judged.line = stripped.line
