-- Grain: one row a mood of review (good, fair, poor) with its titles, openings, endings and the odd remarks.
create or replace temp table sample_review_words as
select *
from (
    values
    ('good',
        ['Lovely', 'Very happy', 'Would buy again', 'Just what I wanted', 'Great', 'A real treat', 'So pleased', 'Recommended',
            'Delighted', 'Does the job nicely', 'Better than expected', 'Five stars', 'Happy customer', 'Beautiful', null],
        ['Bought this for my sister and she loves it.', 'We have had it for a month now.', 'Treated myself after a long week.',
            'My second one from this shop.', 'I was not sure at first.', 'Had it in use within the hour.',
            'Bought as a wedding present.', 'My husband chose it.', 'Have been looking for one of these for ages.', 'Use it every day.',
            'Replaced an old one that finally gave up.', 'Saw it at a friend''s house first.', '', '', '', '', ''],
        ['Would recommend.', 'Thank you!', 'Will be back for more.', 'My mum wants one now.', 'Very happy indeed.', 'No complaints.',
            'Highly recommended.', 'Already ordered another for the office.', '', '', '', '', '', '']),
    ('fair',
        ['It is all right', 'Mixed feelings', 'Okay', 'Not bad', 'Fine for the money', 'Good in parts', 'Average', 'Does the job', null],
        ['A bit of a mixed bag.', 'It is fine, but not more than that.', 'Had it for a few weeks.', 'Wanted to love it.',
            'Bought in the sale.', 'Some good points, some bad.', '', '', ''],
        ['Not sure I would buy it again.', 'I will keep it, but only just.', 'Might suit someone else better.', 'Okay overall.', '', '', '']),
    ('poor',
        ['Disappointed', 'Not for me', 'Sent it back', 'Could be better', 'Not as described', 'Expected more', 'Let down', 'Avoid', null],
        ['Sadly this did not work out.', 'I wanted to like it.', 'Second time I have ordered here and the last.',
            'Bought it as a present and felt embarrassed.', 'Used it twice.', 'Looked great online.', '', '', ''],
        ['It has gone back.', 'Would not buy again.', 'Waiting for a refund.', 'Such a shame.', 'Customer service did reply quickly, to be fair.',
            '', '', ''])
) as words (mood, titles, openings, endings)
