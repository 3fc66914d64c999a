"""Closed word lists: colours, materials, places, sizes, parts of things."""

from __future__ import annotations

from tasks.answering.tables import word_list
from tasks.answering.text import stem

__all__ = [
    "COLOURS",
    "EU",
    "MATERIALS",
    "MATERIAL_ADJECTIVES",
    "PARTS",
    "PLACES",
    "PLACE_GROUPS",
    "SIZES",
]

COLOURS = frozenset(
    stem(w)
    for w in word_list(
        """red blue green yellow orange purple pink black white grey brown beige cream ivory navy teal
turquoise burgundy maroon olive khaki tan gold silver bronze copper charcoal lilac lavender mustard
coral peach mint sage rust ochre indigo violet magenta cyan crimson scarlet aqua taupe stone sand
camel plum multicoloured rainbow terracotta blush fuchsia emerald cobalt slate anthracite natural"""
    )
)
MATERIALS = frozenset(
    stem(w)
    for w in word_list(
        """leather suede cotton linen wool merino cashmere silk polyester nylon viscose rayon elastane spandex
lycra acrylic denim velvet satin fleece down feather bamboo wood oak pine walnut beech birch teak
ash maple mahogany plywood mdf rattan wicker steel stainless iron aluminium brass copper bronze
metal zinc titanium silver gold glass crystal ceramic stoneware porcelain earthenware china
terracotta clay plastic silicone rubber latex vinyl pvc polypropylene polycarbonate abs acacia cork
canvas jute hemp felt paper cardboard marble granite stone concrete resin carbon fibre microfibre
mesh foam tencel modal lyocell sheepskin faux pu enamel melamine tritan gore-tex goretex
veneer cast hardwood softwood wooden borosilicate"""
    )
)
PARTS = frozenset(
    stem(w)
    for w in word_list(
        """lid strap handle seat leg base arm back backrest cushion cover frame shade cable cord plug charger
box case pocket hood collar cuff sleeve sole heel upper lining insole lace zip button wheel tyre
pedal blade tray drawer shelf door screen lens stand hook pole peg cap pump nozzle hose wick spout
infuser filter basket topper slat headboard footboard inside outside inner outer interior exterior
top bottom side edge rim body shell buckle clasp hinge knob dial switch remote adapter packaging
label string neck bowl jug tank reservoir bin hopper probe sensor battery keyboard earcup earpad cup
band chain pendant stone clip bracket fixing screw leaf canopy fabric filling panel mirror brim
pouch sheath tip grip shaft head bristle mat pad liner net rope bar crossbar saddle armrest footrest
attachment accessory insert divider compartment bulb tail mane face dress wig outfit ears piece"""
    )
)
MATERIAL_ADJECTIVES = frozenset(
    stem(w) for w in word_list("solid real genuine faux pure true proper")
)
"""Words before a material that ask nothing by themselves."""
SIZES = frozenset(
    word_list(
        """xxs xs s m l xl xxl xxxl 2 3 small medium large extra single double king superking kingsize petite
uk eu us size half plus regular tall long short"""
    )
) | frozenset(
    stem(w) for w in word_list("small medium large single double king superking petite regular")
)

EU = frozenset(
    stem(w)
    for w in word_list(
        """ireland france germany spain italy portugal netherlands holland belgium austria poland sweden
denmark finland greece luxembourg czechia slovakia hungary romania bulgaria croatia slovenia estonia
latvia lithuania malta cyprus"""
    )
)
_UK = frozenset(stem(w) for w in word_list("uk britain england united kingdom gb"))
_NORTH_AMERICA = frozenset(stem(w) for w in word_list("usa us america states canada"))
PLACES = (
    EU
    | _UK
    | _NORTH_AMERICA
    | frozenset(
        stem(w)
        for w in word_list(
            """scotland wales northern highlands islands jersey guernsey channel isle man norway switzerland
iceland turkey australia zealand japan china india brazil mexico africa south korea taiwan vietnam
thailand indonesia bangladesh pakistan israel emirates uae dubai singapore malaysia hong kong
philippines russia ukraine serbia egypt morocco europe eu asia european abroad overseas
internationally worldwide international mainland scottish welsh british irish english italian german
french chinese japanese american portuguese spanish indian swedish danish london manchester
birmingham cornwall devon belfast cardiff edinburgh glasgow leeds yorkshire sheffield stoke orkney
shetland hebrides cork dublin paris berlin new republic"""
        )
    )
)
PLACE_GROUPS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (_UK, _UK),
    (EU, frozenset({stem("eu"), stem("europe"), stem("european")})),
    (_NORTH_AMERICA - {stem("canada")}, _NORTH_AMERICA - {stem("canada")}),
    (
        frozenset(
            stem(w) for w in word_list("abroad overseas internationally international globally")
        ),
        frozenset(
            stem(w)
            for w in word_list(
                "international internationally abroad overseas worldwide countries europe eu"
            )
        ),
    ),
    (PLACES, frozenset({stem("worldwide"), stem("anywhere"), stem("globally"), stem("globe")})),
)
"""A place that is asked for, and the words of a policy that speak of it."""
