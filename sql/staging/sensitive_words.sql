-- Grain: one row a word of a category that tells something private of who buys there (health, body, belief, family);
-- a scenario speaks of such products only where its header says allow_sensitive: true.
create or replace view staging.sensitive_words as
select unnest([
    'adult', 'baby', 'babies', 'contraception', 'fertility', 'health', 'incontinence', 'intimate', 'intimates',
    'initmates', 'lingerie', 'maternity', 'medical', 'medicine', 'mobility', 'nursing', 'pharmacy', 'pregnancy',
    'religious', 'sexual', 'shapewear', 'slimming', 'supplements', 'underwear', 'vitamins'
]) as word
