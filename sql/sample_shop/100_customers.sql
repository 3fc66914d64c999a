-- Grain: one row a customer with the habits that explain its orders; invented names, addresses and drama-range phones.
create or replace temp table sample_people as
with words as (
    select
        [
            'Amelia', 'Oliver', 'Isla', 'George', 'Freya', 'Arthur', 'Poppy', 'Noah', 'Florence', 'Leo', 'Ivy', 'Theo',
            'Priya', 'Arjun', 'Aisha', 'Yusuf', 'Mei', 'Kwame', 'Zofia', 'Tomasz', 'Niamh', 'Callum', 'Rhiannon', 'Dylan',
            'Harriet', 'Edmund', 'Beatrice', 'Alistair', 'Chloe', 'Marcus', 'Imogen', 'Felix', 'Nadia', 'Samir', 'Grace',
            'Hugh', 'Martha', 'Rory', 'Elspeth', 'Duncan', 'Sunita', 'Ravi', 'Fatima', 'Omar', 'Ingrid', 'Callista',
            'Joan', 'Malcolm', 'Patricia', 'Geoffrey', 'Sheila', 'Trevor', 'Lorna', 'Keith', 'Bronwen', 'Gareth'
        ] as first_names,
        [
            'Ashworth', 'Barraclough', 'Chadwick', 'Dunstan', 'Entwistle', 'Fairhurst', 'Goodall', 'Hargreaves', 'Ibbotson',
            'Jessop', 'Kendrick', 'Lockwood', 'Marsden', 'Nuttall', 'Ormerod', 'Pemberton', 'Quarmby', 'Ramsbottom',
            'Satterthwaite', 'Thackeray', 'Underhill', 'Varley', 'Whitaker', 'Yardley', 'Patel', 'Sharma', 'Khan', 'Hussain',
            'Okafor', 'Mensah', 'Nowak', 'Kowalski', 'Chen', 'Wong', 'MacLeod', 'Campbell', 'Fraser', 'Sinclair', 'Morgan',
            'Pritchard', 'Llewellyn', 'Griffiths', 'O''Brien', 'Gallagher', 'Doherty', 'Fitzgerald', 'Beaumont', 'Holloway',
            'Winterbourne', 'Atherton', 'Birtwistle', 'Crompton', 'Eastwood', 'Greenhalgh', 'Haworth', 'Kershaw'
        ] as last_names,
        [
            'Mill Lane', 'Church Street', 'Victoria Road', 'Station Road', 'Orchard Close', 'The Crescent', 'Albert Terrace',
            'Weaver Street', 'Castle View', 'Priory Gardens', 'Beech Avenue', 'Canal Walk', 'Harbour Row', 'Meadow Rise',
            'Chapel Hill', 'Foundry Lane', 'Rectory Road', 'Spinney Way', 'Old Market Place', 'Quarry Bank'
        ] as streets,
        [
            {'city': 'Leeds', 'area': 'LS'}, {'city': 'Bristol', 'area': 'BS'}, {'city': 'York', 'area': 'YO'},
            {'city': 'Norwich', 'area': 'NR'}, {'city': 'Edinburgh', 'area': 'EH'}, {'city': 'Cardiff', 'area': 'CF'},
            {'city': 'Sheffield', 'area': 'S'}, {'city': 'London', 'area': 'SE'}, {'city': 'London', 'area': 'N'},
            {'city': 'Manchester', 'area': 'M'}, {'city': 'Glasgow', 'area': 'G'}, {'city': 'Exeter', 'area': 'EX'},
            {'city': 'Bath', 'area': 'BA'}, {'city': 'Newcastle upon Tyne', 'area': 'NE'}, {'city': 'Brighton', 'area': 'BN'},
            {'city': 'Belfast', 'area': 'BT'}, {'city': 'Oxford', 'area': 'OX'}, {'city': 'Lancaster', 'area': 'LA'}
        ] as places
),

people as (
    select
        number,
        'C' || lpad(cast(number as varchar), 6, '0') as customer_id,
        pick(first_names, draw($seed, number, 'first name')) as first_name,
        pick(last_names, draw($seed, number, 'last name')) as last_name,
        pick(streets, draw($seed, number, 'street')) as street,
        pick(places, draw($seed, number, 'place')) as place,
        draw($seed, number, 'habit') as u_habit,
        draw($seed, number, 'appetite') as u_appetite,
        draw($seed, number, 'favourite') as u_favourite
    from range(1, $count_customers + 1) as numbers (number)
    cross join words
),

habits as (
    select
        *,
        case
            when u_habit < 0.16 then 'browser'
            when u_habit < 0.44 then 'one_time'
            when u_habit < 0.68 then 'regular'
            when u_habit < 0.79 then 'loyalist'
            when u_habit < 0.87 then 'bargain'
            when u_habit < 0.94 then 'gift'
            else 'lapsed'
        end as habit
    from people
)

select
    customer_id,
    number,
    habit,
    first_name || ' ' || last_name as name,
    lower(replace(first_name, '''', '') || '.' || replace(last_name, '''', '') || cast(number as varchar))
    || case when number % 3 = 0 then '@example.org' else '@example.com' end as email,
    case
        when draw($seed, number, 'phone kind') < 0.75
            then '07700 900' || lpad(cast(cast(floor(draw($seed, number, 'phone') * 1000) as integer) as varchar), 3, '0')
        else '020 7946 0' || lpad(cast(cast(floor(draw($seed, number, 'phone') * 1000) as integer) as varchar), 3, '0')
    end as phone,
    cast(1 + cast(floor(draw($seed, number, 'door') * 180) as integer) as varchar) || ' ' || street || ', '
    || place.city || ' ' || place.area || cast(1 + cast(floor(draw($seed, number, 'district') * 19) as integer) as varchar)
    || ' ' || cast(1 + cast(floor(draw($seed, number, 'sector') * 9) as integer) as varchar)
    || pick(['AB', 'DE', 'HJ', 'LN', 'PQ', 'RS', 'TU', 'XY'], draw($seed, number, 'unit')) as address,
    place.city as city,
    -- How many orders beyond the first: a heavy tail, so that a few customers order a great deal.
    case habit
        when 'browser' then 0
        when 'one_time' then 0
        when 'lapsed' then 2.2
        when 'gift' then 0.7
        else 1.0
    end * power(1.0 - 0.985 * u_appetite, -0.62) as appetite,
    pick(
        [
            'mugs and teaware', 'kitchenware', 'bedding', 'lighting', 'bags', 'candles and scent', 'gardenware',
            'stationery'
        ], u_favourite
    ) as favourite
from habits
