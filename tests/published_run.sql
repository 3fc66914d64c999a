create or replace temp table sample_products as
select
    row_number() over () as number,
    *
from (
    values
        ('HAR-01', 'Harrow Stoneware Mug', 'Fennel & Oak', 'Mugs & Teaware', 24.00, 'stoneware', 'olive green', '350 ml', 'dishwasher safe', 'an unglazed foot', 'Linnet Tea Towel', 'handle', 'size'),
        ('LIN-02', 'Linnet Washed-Linen Duvet Cover', 'Marlow House', 'Bedding', 120.00, 'washed linen', 'oat', 'double', 'machine washable', 'coconut-shell buttons', 'Linnet Pillowcase Pair', 'comfort', 'creasing'),
        ('TAR-03', 'Tarn Enamel Casserole', 'Copperfield', 'Cookware', 68.50, 'enamelled steel', 'slate blue', '4 litres', 'suitable for the hob', 'a tight-fitting lid', 'Tarn Trivet', 'size', 'weight'),
        ('KES-04', 'Kestrel Canvas Satchel', 'Rook & Rye', 'Bags', 95.00, 'waxed canvas', 'tobacco brown', '14 litres', 'wipe clean', 'a deep front pocket', 'Kestrel Pencil Roll', 'stitching', 'strap'),
        ('EMB-05', 'Ember Fig Candle', 'Sallow', 'Candles & Scent', 28.00, 'soy wax', 'ivory', '220 g', 'best trimmed before lighting', 'a cotton wick', 'Ember Snuffer', 'scent', 'packaging'),
        ('PEN-06', 'Penrose Desk Lamp', 'Lumen Yard', 'Lighting', 82.00, 'powder-coated steel', 'brick red', '42 cm', 'wipe with a dry cloth', 'an adjustable arm', 'Penrose Bulb', 'brightness', 'cable'),
        ('WRE-07', 'Wren Porcelain Teapot', 'Fennel & Oak', 'Mugs & Teaware', 46.00, 'porcelain', 'chalk white', '900 ml', 'hand wash', 'a built-in strainer', 'Harrow Stoneware Mug', 'pouring', 'lid'),
        ('FEL-08', 'Fell Wool Throw', 'Marlow House', 'Bedding', 110.00, 'lambswool', 'heather grey', '130 by 180 cm', 'dry clean', 'a hand-tied fringe', 'Linnet Washed-Linen Duvet Cover', 'warmth', 'shedding'),
        ('COR-09', 'Corran Skillet', 'Copperfield', 'Cookware', 54.00, 'cast iron', 'black', '26 cm', 'hand wash', 'two pouring lips', 'Tarn Enamel Casserole', 'heat', 'weight'),
        ('DAB-10', 'Dabble Sketchbook', 'Quill Lane', 'Stationery', 16.50, 'cartridge paper', 'ochre', 'A5', 'kept dry', 'a lay-flat binding', 'Kestrel Pencil Roll', 'paper', 'cover'),
        ('HEA-11', 'Heath Picnic Rug', 'Rook & Rye', 'Outdoor', 64.00, 'recycled wool', 'bracken', '150 by 200 cm', 'sponge clean', 'a leather carry strap', 'Heath Flask', 'size', 'strap'),
        ('GLO-12', 'Glow Pleated Pendant', 'Lumen Yard', 'Lighting', 74.00, 'pleated cotton', 'saffron', '38 cm', 'dust with a soft brush', 'a braided flex', 'Penrose Bulb', 'light', 'fitting')
) as rows (
    product_id, name, brand, category, price, material, colour, size, care, feature, companion, praised, faulted
);

insert into shop.products (product_id, name, brand, category, price)
select
    product_id,
    name,
    brand,
    category,
    price
from sample_products;

insert into shop.customers (customer_id, name, email, is_consenting, is_suppressed)
select
    'C' || lpad(cast(number as varchar), 4, '0'),
    'Person ' || number,
    'person' || number || '@example.org',
    number % 10 <> 9,
    number % 25 = 3
from range(400) as numbers (number);

insert into content.models (
    model_hash, folder, base, revision, corpus, settings, figures, state, created_at
)
select
    'b41c7e90d2aa5513f0c1', 'models/b41c7e90d2aa', null, null,
    '{"count_texts": 6120, "fingerprint": "77ab01"}',
    '{"steps": 600, "seed": 7}',
    to_json(struct_pack(
        curve := (
            select
                list(struct_pack(
                    step := step,
                    loss := round(1.35 + 6.4 * exp(-step / 90.0), 3),
                    perplexity := round(exp(1.42 + 6.2 * exp(-step / 85.0)), 2)
                ) order by step)
            from range(0, 601, 25) as steps (step)
        ),
        perplexity := 4.21,
        perplexity_per_character := 1.38,
        count_parameters := 3710464,
        seconds := 96.4
    )),
    'in_use', timestamp '2026-11-14 08:55:00';

insert into content.runs (
    run_id, started_at, ended_at, state, settings, model_hash, reason
)
values
    ('run-20261107-090000', timestamp '2026-11-07 09:00:00', timestamp '2026-11-07 09:04:10', 'completed', '{"seed": 7}', 'b41c7e90d2aa5513f0c1', null),
    ('run-20261114-090000', timestamp '2026-11-14 09:00:00', timestamp '2026-11-14 09:03:24', 'completed', '{"seed": 7}', 'b41c7e90d2aa5513f0c1', null);

insert into content.scenarios (
    scenario_version_id, scenario, version, run_id, goal, season, channel, tone, locale, priority, content_types,
    definition_hash, audience_hash, count_customers, count_added, count_removed, count_products, state, reason, built_at
)
values
    ('lapsed_high_spenders-1', 'lapsed_high_spenders', 1, 'run-20261107-090000', 'win_back', 'any', 'mail', 'warm', 'en', 10, ['descriptions', 'recommendations', 'review_summaries'], 'd1', 'a0', 171, 171, 0, 12, 'ready', null, timestamp '2026-11-07 09:00:05'),
    ('lapsed_high_spenders-2', 'lapsed_high_spenders', 2, 'run-20261114-090000', 'win_back', 'any', 'mail', 'warm', 'en', 10, ['descriptions', 'recommendations', 'review_summaries'], 'd1', 'a1', 173, 9, 7, 12, 'ready', null, timestamp '2026-11-14 09:00:05'),
    ('seasonal_gift_buyers-1', 'seasonal_gift_buyers', 1, 'run-20261114-090000', 'gift', 'christmas', 'mail', 'lively', 'en', 20, ['descriptions', 'recommendations', 'review_summaries'], 'd2', 'a2', 260, 260, 0, 12, 'ready', null, timestamp '2026-11-14 09:00:06'),
    ('bargain_hunters-1', 'bargain_hunters', 1, 'run-20261114-090000', 'offer_value', 'any', 'mail', 'lively', 'en', 50, ['descriptions'], 'd3', 'a3', 12, 12, 0, 0, 'refused', 'the audience has 12 customers; 20 are needed (min_audience)', timestamp '2026-11-14 09:00:07');

-- The first scenario holds customers 0 to 199, the second 100 to 399: a hundred stand in both.
insert into content.audience (
    scenario_version_id, customer_id
)
select
    scenario_version_id,
    'C' || lpad(cast(number as varchar), 4, '0')
from range(400) as numbers (number)
inner join (
    values ('lapsed_high_spenders-2', 0, 199), ('seasonal_gift_buyers-1', 100, 399)
) as versions (scenario_version_id, first, last) on number between first and last
where
    number % 10 <> 9
    and number % 25 <> 3;

insert into content.audience_products (
    scenario_version_id, customer_id, product_id, rank
)
select
    audience.scenario_version_id,
    audience.customer_id,
    sample_products.product_id,
    place.rank
from content.audience
cross join range(1, 4) as place (rank)
inner join sample_products
    on sample_products.number = 1 + (cast(substr(audience.customer_id, 2) as integer) + 5 * place.rank) % 12;

create or replace temp table sample_briefs as
with scenarios as (
    select * from (values ('lapsed_high_spenders', 'lapsed_high_spenders-2', 0), ('seasonal_gift_buyers', 'seasonal_gift_buyers-1', 1)) as rows (scenario, scenario_version_id, scenario_number)
),

plugins as (
    select * from (values ('descriptions', 0), ('recommendations', 1), ('review_summaries', 2)) as rows (plugin, plugin_number)
),

briefs as (
    select
        sample_products.*,
        scenarios.*,
        plugins.*,
        (number * 7 + plugin_number * 3 + scenario_number * 5) % 15 as draw,
        facts([
            fact('name', name, 'shop.products', 'name', product_id),
            fact('brand', brand, 'shop.products', 'brand', product_id),
            fact('category', category, 'shop.products', 'category', product_id),
            case when plugin <> 'review_summaries' then fact('price', money(price, 'GBP'), 'shop.products', 'price', product_id) end,
            case when plugin <> 'review_summaries' then fact('material', material, 'shop.product_facts', 'value', product_id || '/material') end,
            case when plugin <> 'review_summaries' then fact('colour', colour, 'shop.product_facts', 'value', product_id || '/colour') end,
            case when plugin = 'descriptions' then fact('size', size, 'shop.product_facts', 'value', product_id || '/size') end,
            case when plugin = 'descriptions' then fact('care', care, 'shop.product_facts', 'value', product_id || '/care') end,
            case when plugin = 'descriptions' then fact('feature_1', feature, 'shop.product_facts', 'value', product_id || '/feature_1') end,
            case when plugin = 'recommendations' then fact('companion_name', companion, 'mart.co_purchase', 'companion_name', product_id) end,
            case when plugin = 'review_summaries' then fact('count_reviews', 18 + number, 'mart.review_aspects', 'count_reviews', product_id) end,
            case when plugin = 'review_summaries' then fact('rating_average', '4.' || number % 9, 'mart.review_aspects', 'rating_average', product_id) end,
            case when plugin = 'review_summaries' then fact('praised_1', praised, 'mart.review_aspects', 'aspect', product_id) end,
            case when plugin = 'review_summaries' then fact('count_praised_1', 9 + number % 5, 'mart.review_aspects', 'count_praised', product_id) end,
            case when plugin = 'review_summaries' then fact('faulted_1', faulted, 'mart.review_aspects', 'aspect', product_id) end,
            case when plugin = 'review_summaries' then fact('count_faulted_1', 2 + number % 3, 'mart.review_aspects', 'count_faulted', product_id) end
        ]) as facts
    from sample_products
    cross join scenarios
    cross join plugins
    where
        plugin <> 'review_summaries'
        or number <= 6
)

select
    *,
    substr(md5(scenario || plugin || product_id), 1, 12) as brief_id,
    sha256(scenario || plugin || product_id || 'v1') as brief_hash,
    case
        when draw = 2 and plugin_number = 1 then 'failed'
        when draw in (4, 11) then 'quarantined'
        when draw in (5, 9) then 'fallback'
        when draw in (0, 7) and scenario_number = 0 then 'reused'
        else 'approved'
    end as state,
    case
        when plugin = 'descriptions' and scenario_number = 0
            then 'Slow mornings ask for little. The ' || name || ' from ' || brand || ' is ' || material || ' in ' || colour || ', with ' || feature || '. It comes in ' || size || ' and is ' || care || '.'
        when plugin = 'descriptions'
            then 'Wrapped or not, the ' || name || ' looks like a present. Think ' || colour || ' ' || material || ', ' || feature || ', and a price of ' || money(price, 'GBP') || '.'
        when plugin = 'recommendations' and scenario_number = 0
            then 'It is good to have you back. People who took home the ' || companion || ' often chose the ' || name || ' as well: ' || material || ' in ' || colour || ', at ' || money(price, 'GBP') || '.'
        when plugin = 'recommendations'
            then 'One for the list! The ' || name || ' goes well beside the ' || companion || ', and ' || money(price, 'GBP') || ' keeps it within reach.'
        when scenario_number = 0
            then 'Across ' || 18 + number || ' reviews the ' || name || ' averages 4.' || number % 9 || ' out of 5. ' || 9 + number % 5 || ' people praise the ' || praised || '; ' || 2 + number % 3 || ' found fault with the ' || faulted || '.'
        else 'What do people say about the ' || name || '? ' || 9 + number % 5 || ' of ' || 18 + number || ' reviews speak well of the ' || praised || ', while ' || 2 + number % 3 || ' would change the ' || faulted || '.'
    end as body
from briefs;

insert into content.run_plan (
    run_id, scenario, plugin, count_briefs
)
select
    'run-20261114-090000',
    scenario,
    plugin,
    count(*)
from sample_briefs
group by all;

insert into content.briefs (
    run_id, brief_id, brief_hash, scenario, scenario_version_id, plugin, subject_id, locale, facts, prompt, state, reason,
    settled_at
)
select
    'run-20261114-090000',
    brief_id,
    brief_hash,
    scenario,
    scenario_version_id,
    plugin,
    product_id,
    'en',
    to_json(facts),
    case when state <> 'reused' then plugin || ' | tone warm | ' || category || ' | <name> <material>' end,
    state,
    case state
        when 'failed' then 'RuntimeError: the copywriter stopped in the middle of this brief'
        when 'quarantined' then 'no candidate passed, and neither did the fallback'
    end,
    timestamp '2026-11-14 09:02:00'
from sample_briefs;

insert into content.drafts (
    draft_id, run_id, brief_id, candidate, text, written_by, log_likelihood, model_hash, seed, is_chosen
)
select
    brief_id || '-' || candidate,
    'run-20261114-090000',
    brief_id,
    candidate,
    case when candidate = 1 then body else body || ' It is waterproof too.' end,
    case when state = 'fallback' and candidate = 1 then 'fallback' else 'model' end,
    case when state = 'fallback' and candidate = 1 then null else -1.1 - 0.2 * candidate end,
    case when state = 'fallback' and candidate = 1 then null else 'b41c7e90d2aa5513f0c1' end,
    7 + number,
    candidate = 1 and state in ('approved', 'fallback')
from sample_briefs
cross join range(1, 4) as candidates (candidate)
where state not in ('reused', 'failed');

insert into content.verdicts (
    run_id, draft_id, check_name, rule, is_passed, sentence_index, claim, reason
)
with checks as (
    select * from (values
        ('structure', 'length', 'the draft has 31 characters; at least 40 are needed', null),
        ('grounding', 'attribute', 'no fact of this product says ''waterproof''', 'waterproof'),
        ('harm', 'absolute_claim', '''number one'' cannot be shown to be true', 'number one'),
        ('privacy', 'personal_data', 'an e-mail address', null),
        ('consistency', 'near_duplicate', 'almost the same as a text that is live', null)
    ) as rows (check_name, rule, reason, claim)
)

select
    'run-20261114-090000',
    drafts.draft_id,
    checks.check_name,
    checks.rule,
    is_passed,
    case when not is_passed and checks.claim is not null then 1 end,
    case when not is_passed then checks.claim end,
    case when not is_passed then checks.reason end
from content.drafts
inner join sample_briefs using (brief_id)
cross join checks
cross join lateral (
    select
        not (
            (drafts.candidate > 1 and checks.check_name = 'grounding')
            or (drafts.candidate = 3 and checks.check_name = 'consistency' and number % 2 = 0)
            or (sample_briefs.state = 'quarantined' and checks.check_name = 'harm')
            or (sample_briefs.state = 'quarantined' and checks.check_name = 'structure' and number % 3 = 0)
        ) as is_passed
) as outcome;

insert into content.texts (
    text_id, run_id, brief_id, scenario, plugin, subject_id, locale, body, written_by, model_hash, brief_hash, published_at
)
select
    't' || brief_id,
    case when state = 'reused' then 'run-20261107-090000' else 'run-20261114-090000' end,
    brief_id,
    scenario,
    plugin,
    product_id,
    'en',
    body,
    case when state = 'fallback' then 'fallback' else 'model' end,
    case when state <> 'fallback' then 'b41c7e90d2aa5513f0c1' end,
    brief_hash,
    case when state = 'reused' then timestamp '2026-11-07 09:03:00' else timestamp '2026-11-14 09:02:00' end
from sample_briefs
where state in ('approved', 'fallback', 'reused');

insert into content.claims (
    text_id, sentence_index, claim, kind, source_table, source_column, source_key, source_value
)
select
    texts.text_id,
    len(string_split(split_part(texts.body, fact.value, 1), '. ')) - 1,
    fact.value,
    case fact.name when 'price' then 'price' when 'name' then 'name' when 'rating_average' then 'rating' else 'attribute' end,
    fact.source_table,
    fact.source_column,
    fact.source_key,
    fact.value
from content.texts
inner join sample_briefs using (brief_id)
cross join unnest(sample_briefs.facts) as facts (fact)
where
    contains(texts.body, fact.value)
    and fact.name <> 'category';

insert into content.quarantine (
    run_id, brief_id, brief_hash, scenario, plugin, subject_id, step, reasons, quarantined_at
)
select
    'run-20261114-090000',
    brief_id,
    brief_hash,
    scenario,
    plugin,
    product_id,
    'check_drafts',
    to_json([
        {'check': 'harm', 'rule': 'absolute_claim', 'claim': 'number one', 'reason': '''number one'' cannot be shown to be true'},
        {'check': 'grounding', 'rule': 'attribute', 'claim': 'waterproof', 'reason': 'no fact of this product says ''waterproof'''}
    ]),
    timestamp '2026-11-14 09:02:00'
from sample_briefs
where state = 'quarantined';

insert into content.validations (
    run_id, plugin, stage, rule, expectation, severity, is_successful, count_evaluated, count_unexpected, detail,
    validated_at
)
select
    'run-20261114-090000',
    plugin,
    'drafts',
    rule,
    expectation,
    'critical',
    count_unexpected = 0,
    144,
    count_unexpected,
    case when count_unexpected > 0 then 'refused drafts fell or were replaced' end,
    timestamp '2026-11-14 09:02:30'
from (values ('descriptions'), ('recommendations'), ('review_summaries')) as plugins (plugin)
cross join (
    values
        ('body is not null', 'expect_column_values_to_not_be_null', 0),
        ('every claim has a source', 'expect_claims_to_be_grounded', 31),
        ('length within limits', 'expect_column_value_lengths_to_be_between', 4)
) as rules (rule, expectation, count_unexpected)
union all
select
    'run-20261114-090000',
    null,
    'published',
    'no two live texts of a plugin are the same',
    'expect_compound_columns_to_be_unique',
    'critical',
    true,
    52,
    0,
    null,
    timestamp '2026-11-14 09:03:20';
