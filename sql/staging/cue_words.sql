-- Grain: one row a word that praises (polarity 1) or faults (polarity -1) what stands near it.
create or replace view staging.cue_words as
with cues(polarity, words) as (
    values
    (
        1,
        'love loved lovely loves great good nice nicer beautiful beautifully gorgeous excellent perfect perfectly '
        || 'wonderful fantastic amazing super brilliant happy pleased delighted delightful impressed charming pretty '
        || 'elegant stylish comfortable comfy cosy soft sturdy solid durable generous roomy spacious quick quickly fast '
        || 'prompt promptly early careful carefully secure securely easy easily smooth smoothly right bargain '
        || 'reasonable fair worth best better fresh rich vivid crisp flattering neat well reliable handsome gentle '
        || 'true useful handy ideal spot-on superb fine'
    ),
    (
        -1,
        'bad poor poorly terrible awful horrible disappointing disappointed disappoints disappointment cheap cheaply '
        || 'flimsy thin weak broken broke breaks damaged dented cracked chipped torn ripped faded fades dull drab '
        || 'scratchy rough stiff uncomfortable itchy late slow slowly delayed lost missing wrong unlike small tiny '
        || 'huge tight loose awkward heavy dim overpowering faint overpriced expensive stained uneven crooked leaks '
        || 'leaked leaking stuck sticks worse worst ugly hard difficult returned refund annoying crushed squashed '
        || 'sloppy wobbly wobbles fiddly pricey peeling frayed harsh let-down unhappy shame smaller thinner'
    )
)

select
    polarity,
    unnest(string_split(words, ' ')) as word
from cues
