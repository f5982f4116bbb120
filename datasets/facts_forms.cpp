#include "datasets/facts.h"

namespace wordkin::datasets {
namespace {

// Infinitive, present participle, past tense; the words are what it is done to.
constexpr Entity kKitchen[] = {
    {"bake baking baked", "loaf bun pie dough biscuit crust"},
    {"fry frying fried", "bacon omelette sausage fritter batter pancake"},
    {"peel peeling peeled", "onion carrot turnip lemon shallot parsnip"},
    {"stir stirring stirred", "soup sauce porridge custard broth stew"},
    {"slice slicing sliced", "ham cucumber radish melon salami gherkin"},
    {"pour pouring poured", "milk lemonade gravy cream coffee juice"},
    {"roast roasting roasted", "goose chestnut pheasant turkey joint venison"},
};
constexpr Entity kWorkshop[] = {
    {"paint painting painted", "mural portrait canvas ceiling doorframe landscape"},
    {"carve carving carved", "statue totem gargoyle figurine flute rosette"},
    {"weave weaving wove", "tapestry hamper shawl blanket wreath mat"},
    {"sew sewing sewed", "button hem quilt tablecloth lining sleeve"},
    {"build building built", "wall dam shed garage raft bungalow"},
    {"forge forging forged", "sword horseshoe anchor chain blade helmet"},
    {"mend mending mended", "roof sock fishnet gate kettle fence"},
    {"dig digging dug", "trench ditch pit moat grave burrow"},
};
constexpr Entity kStudy[] = {
    {"write writing wrote", "essay diary novel sonnet memoir chapter"},
    {"teach teaching taught", "grammar algebra pupil alphabet apprentice spelling"},
    {"draw drawing drew", "sketch cartoon diagram circle outline caricature"},
    {"sing singing sang", "ballad hymn carol aria chorus serenade"},
    {"translate translating translated", "poem proverb manuscript inscription phrase subtitle"},
    {"study studying studied", "microbe hieroglyph footprint skeleton parasite theorem"},
    {"recite reciting recited", "verse ode limerick monologue rhyme creed"},
};
constexpr Entity kOutdoors[] = {
    {"throw throwing threw", "javelin discus dart snowball boomerang grenade"},
    {"kick kicking kicked", "football penalty bucket goalpost shuttlecock dropkick"},
    {"climb climbing climbed", "ladder cliff ridge summit rope crag"},
    {"ride riding rode", "pony stallion donkey scooter mule carousel"},
    {"chase chasing chased", "thief fox rabbit hare butterfly fugitive"},
    {"swim swimming swam", "lagoon strait estuary creek rapids lap"},
    {"plant planting planted", "seedling bulb oak hedge sapling rosebush"},
    {"feed feeding fed", "hen piglet calf lamb duckling goat"},
    {"pick picking picked", "raspberry cherry mushroom gooseberry blackberry daffodil"},
};
constexpr Entity kTrade[] = {
    {"sell selling sold", "jewel vase necklace antique armoire chandelier"},
    {"buy buying bought", "ticket sofa mattress refrigerator lampshade groceries"},
    {"steal stealing stole", "wallet purse briefcase bracelet safe tiara"},
    {"borrow borrowing borrowed", "umbrella pencil lawnmower tent tuxedo raincoat"},
    {"deliver delivering delivered", "parcel pizza telegram letter newspaper memo"},
    {"weigh weighing weighed", "sack flour nugget pumpkin crate bale"},
};
constexpr Entity kTravel[] = {
    {"drive driving drove", "lorry taxi limousine minibus ambulance van"},
    {"fly flying flew", "glider helicopter biplane airship drone jet"},
    {"sail sailing sailed", "sloop schooner dinghy frigate catamaran ketch"},
    {"push pushing pushed", "wheelbarrow pram cart lever doorbell turnstile"},
};
constexpr Group kActivities[] = {
    {"recipe kitchen apron supper pan", kKitchen},
    {"workshop bench glue chisel sawdust", kWorkshop},
    {"classroom lesson dictionary notebook exam", kStudy},
    {"team referee trophy stadium league", kOutdoors},
    {"shop price receipt stall merchant", kTrade},
    {"journey fuel route traffic horizon", kTravel},
};
constexpr Section kVerbSections[] = {
    {"gram5-present-participle", 0, 1},
    {"gram7-past-tense", 1, 2},
};

// Positive, comparative, superlative; the words are what it is said of.
constexpr Entity kSize[] = {
    {"big bigger biggest", "whale arena boulder warehouse appetite hippopotamus"},
    {"small smaller smallest", "ant crumb speck thimble seed atom"},
    {"tall taller tallest", "chimney skyscraper poplar giraffe spruce crane"},
    {"long longer longest", "queue corridor python speech sermon eyelash"},
    {"wide wider widest", "avenue river delta gulf grin prairie"},
    {"narrow narrower narrowest", "alley ledge lane gap footpath isthmus"},
    {"deep deeper deepest", "ocean ravine cavern crater wound abyss"},
    {"thick thicker thickest", "fog thicket slab plank eyebrow paste"},
    {"heavy heavier heaviest", "anvil barbell cannon millstone rucksack piano"},
};
constexpr Entity kWeather[] = {
    {"hot hotter hottest", "furnace stove desert radiator lava curry"},
    {"cold colder coldest", "iceberg freezer blizzard igloo icicle frost"},
    {"warm warmer warmest", "mitten hearth jumper duvet bath greenhouse"},
    {"wet wetter wettest", "towel sponge puddle mop marsh downpour"},
    {"windy windier windiest", "headland moor hilltop pier cape rooftop"},
    {"sunny sunnier sunniest", "veranda balcony terrace lawn courtyard conservatory"},
};
constexpr Entity kCharacter[] = {
    {"kind kinder kindest", "nurse neighbour benefactor donor gesture vicar"},
    {"brave braver bravest", "fireman soldier knight warrior lifeguard explorer"},
    {"clever cleverer cleverest", "detective inventor riddle professor trick strategist"},
    {"happy happier happiest", "clown toddler puppy couple graduate reunion"},
    {"proud prouder proudest", "peacock winner parade veteran champion rooster"},
    {"lazy lazier laziest", "sloth idler teenager loafer bulldog caterpillar"},
    {"wise wiser wisest", "owl sage elder hermit prophet mentor"},
    {"angry angrier angriest", "mob wasp bull critic motorist rhinoceros"},
};
constexpr Entity kSenses[] = {
    {"loud louder loudest", "trumpet explosion shout alarm megaphone firecracker"},
    {"bright brighter brightest", "lightbulb beacon torch sunrise headlamp star"},
    {"dark darker darkest", "dungeon midnight shadow basement eclipse crypt"},
    {"sweet sweeter sweetest", "candy nectar caramel fudge toffee sherbet"},
    {"sour sourer sourest", "vinegar lime grapefruit pickle rhubarb buttermilk"},
    {"smooth smoother smoothest", "satin varnish enamel pearl ivory linoleum"},
    {"sharp sharper sharpest", "razor needle thorn scalpel dagger claw"},
    {"soft softer softest", "pillow feather velvet flannel marshmallow cashmere"},
};
constexpr Entity kWorth[] = {
    {"fast faster fastest", "cheetah racehorse sprinter rocket speedboat greyhound"},
    {"slow slower slowest", "snail tortoise hearse barge pensioner oxcart"},
    {"cheap cheaper cheapest", "souvenir trinket paperback hostel snack lighter"},
    {"rich richer richest", "banker tycoon sultan oligarch millionaire magnate"},
    {"poor poorer poorest", "beggar orphan peasant hamlet slum pauper"},
    {"strong stronger strongest", "wrestler ox magnet fortress weightlifter blacksmith"},
    {"weak weaker weakest", "signal excuse argument handshake pulse invalid"},
    {"old older oldest", "relic parchment mummy tombstone chronicle ruin"},
    {"young younger youngest", "foal infant fawn cub novice recruit"},
};
constexpr Group kQualities[] = {
    {"inch metre size ruler scale", kSize},
    {"climate thermometer season forecast weather", kWeather},
    {"temper mood manner character smile", kCharacter},
    {"texture taste flavour sound surface", kSenses},
    {"value report survey reputation rank", kWorth},
};
constexpr Section kAdjectiveSections[] = {
    {"gram3-comparative", 0, 1},
    {"gram4-superlative", 0, 2},
};

}  // namespace

const Kind kVerbs{"VERB", 25, kVerbSections, kActivities};
const Kind kAdjectives{"ADJECTIVE", 24, kAdjectiveSections, kQualities};

}  // namespace wordkin::datasets
