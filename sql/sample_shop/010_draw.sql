-- Grain: a macro; draw(seed, key, salt) is a number in [0, 1) that depends on nothing else, so threads cannot change it.
-- The outer hash mends the inner one: DuckDB's combined hashes of near keys are close to each other.
create or replace temp macro draw(seed, key, salt) as (hash(hash(seed, key, salt)) >> 11) / 9007199254740992.0
