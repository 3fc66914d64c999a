-- Grain: one row a temporary table of an erasure.
select unnest(['own_orders', 'own_texts', 'own_pairs', 'touched_briefs']) as name
