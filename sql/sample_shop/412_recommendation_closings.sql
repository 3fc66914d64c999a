-- Grain: one row a way to close a recommendation. Null goal or tone means any.
create or replace temp table sample_recommendation_closings as
select *
from (
    values
    ('inform', null, 'That is why we mention it.'), ('inform', null, 'We thought you would like to know.'),
    ('inform', null, 'A suggestion, nothing more.'), ('inform', null, 'Have a look and see what you think.'),
    ('inform', null, 'You can compare the pair on the shelf.'), ('inform', null, 'It is there to be looked at.'),
    ('win_back', null, 'It would be good to see you again.'), ('win_back', null, 'Come in and look round.'),
    ('win_back', null, 'We have missed your custom.'), ('win_back', null, 'The shop is here whenever you like.'),
    ('win_back', null, 'A fresh look costs nothing.'), ('win_back', null, 'There is plenty to come back to.'),
    ('finish_choice', null, 'Let that tip the balance, or not.'), ('finish_choice', null, 'Take your time over it.'),
    ('finish_choice', null, 'We hope that helps you choose.'), ('finish_choice', null, 'Have another look when it suits you.'),
    ('finish_choice', null, 'You will know if it is right.'), ('finish_choice', null, 'No rush at our end.'),
    ('second_purchase', null, 'A good thing to add next.'), ('second_purchase', null, 'Let it join what you have.'),
    ('second_purchase', null, 'We would be pleased to pack it for you.'), ('second_purchase', null, 'Another visit, another find.'),
    ('second_purchase', null, 'What you have will be glad of it.'), ('second_purchase', null, 'That makes a pair to build on.'),
    ('reward_loyalty', null, 'Thank you for coming back.'), ('reward_loyalty', null, 'You have a good eye; use it.'),
    ('reward_loyalty', null, 'Consider it a nod to our regulars.'), ('reward_loyalty', null, 'We keep such things in mind for you.'),
    ('reward_loyalty', null, 'With thanks from all of us here.'), ('reward_loyalty', null, 'We notice, and we are grateful.'),
    ('offer_value', null, 'It is <price>.'), ('offer_value', null, 'That is <price> to add to the order.'),
    ('offer_value', null, 'For <price>, it may be worth a thought.'), ('offer_value', null, 'The price to note is <price>.'),
    ('offer_value', null, 'It comes to <price>.'), ('offer_value', null, 'Add it up: <price>.'),
    ('gift', null, 'Together they make a present.'), ('gift', null, 'All that is missing is a birthday.'),
    ('gift', null, 'Somebody has a birthday coming, surely.'), ('gift', null, 'Wrap it, and write a few kind words.'),
    ('gift', null, 'Generous, and no bother.'), ('gift', null, 'It is a kind thing to give.'),
    (null, 'plain', 'See if it suits.'), (null, 'plain', 'That is the suggestion.'), (null, 'plain', 'It is simple to add.'),
    (null, 'plain', 'Decide as you please.'), (null, 'plain', 'Look at them side by side.'),
    (null, 'warm', 'We think the pair of you will get along.'), (null, 'warm', 'A shelf has room for a good companion.'),
    (null, 'warm', 'A little company does a shelf good.'), (null, 'warm', 'We hope it makes you smile.'),
    (null, 'warm', 'It would be nice to think of it at home with you.'),
    (null, 'lively', 'Go on, have a peek.'), (null, 'lively', 'Match made, job done.'), (null, 'lively', 'You know you are curious.'),
    (null, 'lively', 'Off it hops to the till!'), (null, 'lively', 'We will just leave that there.'),
    (null, 'refined', 'The match speaks for itself.'), (null, 'refined', 'We leave the rest to your judgement.'),
    (null, 'refined', 'It is a choice to live with gladly.'), (null, 'refined', 'Such pairings need few words.'),
    (null, 'refined', 'There is a pleasing logic to it.')
) as words (goal, tone, body)
