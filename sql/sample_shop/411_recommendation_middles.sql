-- Grain: one row a sentence of a recommendation that says more about the fit; the product facts come from descriptions.
-- A sentence with <count_bought_together> and no <companion_name> follows an opening that names the companion.
create or replace temp table sample_recommendation_middles as
select *
from (
    values
    (null, 'The <companion_name> makes a good neighbour for it.'), (null, 'It goes well with the <companion_name>.'),
    ('plain', 'Goes with: the <companion_name>.'), ('warm', 'The <companion_name> is glad of the company.'),
    ('lively', 'The <companion_name> has been asking after it.'), ('refined', 'The <companion_name> completes the picture.'),
    (null, 'It has been bought together with the <companion_name> in <count_bought_together> orders.'),
    (null, 'It was bought together with the <companion_name> in <count_bought_together> orders.'),
    ('plain', 'Bought together with the <companion_name> in <count_bought_together> orders.'),
    ('warm', 'In <count_bought_together> orders, the <companion_name> came along too.'),
    ('lively', 'The tally so far: bought together with the <companion_name> in <count_bought_together> orders.'),
    ('refined', 'The pairing with the <companion_name> appears in <count_bought_together> orders.'),
    (null, 'Both left the shop together in <count_bought_together> orders.'),
    (null, 'So far, <count_bought_together> orders have brought the pair together.'),
    ('plain', 'Orders with both: <count_bought_together>.'), ('warm', 'They have gone home together in <count_bought_together> orders.'),
    ('lively', 'Seen together in <count_bought_together> orders, the pair of them.'),
    ('refined', 'The pairing appears in <count_bought_together> orders.'),
    (null, 'It belongs with <companion_category> too.'), (null, 'It keeps company with our <companion_category>.'),
    (null, 'It sits close to <segment_category> in spirit.'), ('warm', 'Lovers of <segment_category> tend to understand it.'),
    ('plain', 'It is suggested to buyers of <segment_category>.'), ('refined', 'It speaks to a taste for <segment_category>.'),
    ('lively', 'Devotees of <segment_category>, this is your cue.'), (null, 'It has friends among those who buy <segment_category>.')
) as words (tone, body)
