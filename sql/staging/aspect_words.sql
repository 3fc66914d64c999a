-- Grain: one row a word of reviews and the aspect that it speaks of; aspects are nouns without article.
create or replace view staging.aspect_words as
with aspects(aspect, words) as (
    values
    ('colour', 'colour colours color colors shade shades hue tone'),
    ('size', 'size sizes sizing small smaller large larger big bigger tiny huge roomy spacious'),
    ('fit', 'fit fits fitted fitting snug'),
    ('quality', 'quality made flimsy sturdy solid workmanship craftsmanship stitching seams build durable'),
    ('comfort', 'comfort comfortable comfy uncomfortable cosy soft scratchy softness'),
    ('design', 'design designed pattern style stylish look looks elegant shape'),
    ('fabric', 'fabric material cloth linen cotton wool'),
    ('finish', 'finish finished glaze polish varnish coating'),
    ('scent', 'scent scented smell smells fragrance aroma perfume'),
    ('brightness', 'brightness bright brighter dim light glow'),
    ('weight', 'weight heavy heavier light-weight lightweight'),
    ('capacity', 'capacity holds room pockets compartments storage'),
    ('warmth', 'warmth warm warmer cold insulation'),
    ('cleaning', 'clean cleans cleaning wash washes washed washing dishwasher'),
    ('handle', 'handle handles grip'),
    ('strap', 'strap straps'),
    ('zip', 'zip zips zipper'),
    ('lid', 'lid lids'),
    ('paper', 'paper pages'),
    ('price', 'price priced value cost expensive overpriced bargain'),
    ('delivery', 'delivery delivered arrived arrives shipping postage courier'),
    ('packaging', 'packaging packaged packed box boxed wrapped wrapping')
)

select
    aspect,
    unnest(string_split(words, ' ')) as word
from aspects
