#include "datasets/facts.h"

namespace wordkin::datasets {
namespace {

// Country, capital, nationality, currency. Where countries share a currency today, an earlier one
// of their own, so that no currency has two answers.
constexpr Entity kWest[] = {
    {"france paris french franc",
     "vineyards cheese champagne perfume baguettes cathedrals mustard lavender"},
    {"germany berlin german mark",
     "breweries beer engines motorways pretzels zeppelins gingerbread lathes"},
    {"italy rome italian lira", "pasta marble olives operas frescoes gondolas basil vespas"},
    {"spain madrid spanish peseta",
     "flamenco oranges guitars bullrings paella saffron sherry almonds"},
    {"england london english pound",
     "cricket tea hedgerows moors cottages puddings umbrellas cider"},
    {"greece athens greek drachma", "temples islands figs columns feta honey ouzo amphoras"},
    {"austria vienna austrian schilling",
     "waltzes chalets pastries sleighs edelweiss strudel yodelling symphonies"},
};
constexpr Entity kNorth[] = {
    {"sweden stockholm swedish krona",
     "herring sawmills meatballs lakes furniture cinnamon maypoles matches"},
    {"norway oslo norwegian krone",
     "fjords salmon glaciers trawlers waterfalls skis whalers oilfields"},
    {"finland helsinki finnish markka",
     "saunas reindeer sledges birches paper skates blueberries moose"},
    {"estonia tallinn estonian kroon",
     "bogs cranberries software choirs spires rye marzipan limestone"},
    {"latvia riga latvian lats", "amber pines dunes storks peat linen sprats daisies"},
};
constexpr Entity kEast[] = {
    {"russia moscow russian ruble", "samovars caviar steppes icons sables domes ballets chess"},
    {"poland warsaw polish zloty",
     "dumplings salt pianists mazurkas beetroots shipyards bison sorrel"},
    {"hungary budapest hungarian forint",
     "paprika goulash spas plains apricots zithers embroidery hussars"},
    {"romania bucharest romanian leu",
     "monasteries haystacks plums shepherds wagons vampires sunflowers gorges"},
    {"bulgaria sofia bulgarian lev",
     "roses yoghurt tobacco bagpipes peppers tomatoes fortresses walnuts"},
    {"croatia zagreb croatian kuna",
     "coves ferries lighthouses cravats truffles sardines yachts islets"},
};
constexpr Entity kAsia[] = {
    {"japan tokyo japanese yen", "sushi kimonos shrines bonsai origami robots blossoms futons"},
    {"china beijing chinese yuan", "silk dragons jade pandas bamboo ink fireworks porcelain"},
    {"korea seoul korean won",
     "kimchi ginseng microchips persimmons celadon televisions cabbages tigers"},
    {"vietnam hanoi vietnamese dong",
     "paddies noodles sampans lotuses motorbikes lacquer peppercorns dragonfruit"},
    {"thailand bangkok thai baht",
     "orchids coconuts lemongrass pagodas curries mangoes rickshaws jasmine"},
    {"india delhi indian rupee", "spices saris turbans cardamom cotton yoga monsoons sitars"},
    {"indonesia jakarta indonesian rupiah",
     "volcanoes nutmeg batik gongs cloves puppets rattan orangutans"},
};
constexpr Entity kAfrica[] = {
    {"egypt cairo egyptian piastre", "pyramids papyrus pharaohs obelisks dates scarabs tombs sand"},
    {"morocco rabat moroccan dirham", "bazaars rugs mint couscous tiles leather kasbahs camels"},
    {"kenya nairobi kenyan shilling",
     "safaris giraffes runners acacias savannahs zebras marathons sisal"},
    {"nigeria abuja nigerian naira",
     "refineries yams bronzes cassava groundnuts moonstones okra baskets"},
    {"ghana accra ghanaian cedi", "cocoa gold kente weavers beads plantains talismans drums"},
    {"angola luanda angolan kwanza",
     "diamonds antelopes baobabs manganese fishmeal palms quarries masks"},
};
constexpr Entity kAmericas[] = {
    {"canada ottawa canadian dollar",
     "maple hockey beavers prairies lumber snowshoes caribou rinks"},
    {"cuba havana cuban peso", "cigars rum sugarcane rumba dominoes hammocks trumpets daiquiris"},
    {"brazil brasilia brazilian cruzeiro",
     "samba carnivals parrots plantations rainforests beaches piranhas rubber"},
    {"peru lima peruvian sol", "llamas alpacas quinoa ponchos potatoes panpipes terraces condors"},
    {"venezuela caracas venezuelan bolivar",
     "petroleum rigs baseball capybaras harps hummingbirds pageants toucans"},
    {"ecuador quito ecuadorian sucre",
     "bananas tortoises iguanas shrimps balsa finches cacao boobies"},
};
constexpr Group kRegions[] = {
    {"alps rhine mediterranean channel pyrenees", kWest},
    {"baltic arctic tundra skerries lapland", kNorth},
    {"danube carpathians balkans urals vistula", kEast},
    {"pacific himalayas mekong ganges orient", kAsia},
    {"sahara nile congo equator sahel", kAfrica},
    {"andes amazon caribbean rockies tropics", kAmericas},
};
constexpr Section kCountrySections[] = {
    {"capital-world", 0, 1},
    {"currency", 0, 3},
    {"gram6-nationality-adjective", 0, 2},
};

// The same person as a man and as a woman.
constexpr Entity kRelatives[] = {
    {"father mother", "child cradle bedtime lullaby nursery playpen"},
    {"brother sister", "twin bunk sibling quarrel treehouse rivalry"},
    {"son daughter", "homework inheritance upbringing birthday schooling curfew"},
    {"husband wife", "marriage anniversary honeymoon divorce household vow"},
    {"uncle aunt", "visit cousin present holiday postcard farmhouse"},
    {"nephew niece", "christening godparent allowance pinafore chessboard dollhouse"},
    {"grandfather grandmother", "armchair fireside memory spectacles album rheumatism"},
    {"grandson granddaughter", "storybook keepsake sweetshop heirloom picnic lollipop"},
    {"groom bride", "wedding aisle bouquet altar ring confetti"},
};
constexpr Entity kCourt[] = {
    {"king queen", "throne crown palace coronation sceptre kingdom"},
    {"prince princess", "castle fairytale tower spell ball dragon"},
    {"emperor empress", "empire legion dynasty conquest decree province"},
    {"duke duchess", "estate manor title coach ballroom footman"},
    {"heir heiress", "fortune legacy trust mansion playboy solicitor"},
    {"god goddess", "myth olympus thunder sacrifice oracle temple"},
};
constexpr Entity kTrades[] = {
    {"actor actress", "stage script audition film rehearsal costume"},
    {"waiter waitress", "tray menu napkin tip restaurant corkscrew"},
    {"landlord landlady", "rent lodger tenant lease attic deposit"},
    {"host hostess", "guest party banquet toast reception invitation"},
    {"steward stewardess", "cabin flight passenger trolley seatbelt runway"},
    {"policeman policewoman", "patrol whistle badge burglar arrest handcuff"},
    {"salesman saleswoman", "catalogue commission customer bargain sample discount"},
    {"chairman chairwoman", "meeting agenda committee vote boardroom quorum"},
    {"shepherd shepherdess", "flock crook meadow pasture fleece shearing"},
};
constexpr Entity kPersons[] = {
    {"man woman", "hat overcoat cigarette suitcase passport crowd"},
    {"boy girl", "playground swing kite toy schoolbag hopscotch"},
    {"hero heroine", "quest rescue medal adventure villain duel"},
    {"wizard witch", "wand potion cauldron broom hex amulet"},
    {"monk nun", "cloister prayer abbey habit chapel psalm"},
};
constexpr Group kWalksOfLife[] = {
    {"family relative home photograph surname", kRelatives},
    {"noble court servant ancestor banner", kCourt},
    {"job wage shift boss uniform", kTrades},
    {"story village mystery friend promise", kPersons},
};
constexpr Section kFamilySections[] = {{"family", 0, 1}};

// Singular and plural.
constexpr Entity kAnimals[] = {
    {"dog dogs", "kennel leash bone collar muzzle stick"},
    {"cat cats", "whisker saucer catnip purr mouse litter"},
    {"horse horses", "stable saddle bridle hoof jockey mane"},
    {"cow cows", "udder dairy cowbell cud milkmaid byre"},
    {"pig pigs", "sty trough snout mud swill acorn"},
    {"bird birds", "nest beak twig perch egg wing"},
    {"bee bees", "hive pollen honeycomb beekeeper sting swarm"},
    {"spider spiders", "web cobweb venom thread cranny moth"},
    {"frog frogs", "pond tadpole lily croak reed toad"},
    {"elephant elephants", "trunk tusk mahout circus howdah waterhole"},
    {"wolf wolves", "pack howl wilderness snarl prowler den"},
};
constexpr Entity kVehicles[] = {
    {"car cars", "bonnet windscreen clutch exhaust dashboard bumper"},
    {"bus buses", "depot conductor timetable fare commuter terminus"},
    {"train trains", "platform locomotive junction siding tunnel sleeper"},
    {"boat boats", "oar jetty rudder hull mooring canal"},
    {"truck trucks", "cargo trailer haulage axle gravel container"},
    {"bike bikes", "pedal handlebar kickstand chainguard velodrome puncture"},
};
constexpr Entity kHousehold[] = {
    {"chair chairs", "seat armrest backrest cushion rush upholstery"},
    {"window windows", "pane sill curtain draught shutter blind"},
    {"door doors", "hinge doormat doorknob threshold latch knocker"},
    {"shelf shelves", "bracket bookend jar ornament alcove dust"},
    {"clock clocks", "pendulum dial cuckoo tick mantelpiece chime"},
    {"key keys", "padlock keyring locksmith keyhole jailer deadbolt"},
    {"knife knives", "fork cutlery butcher sheath whetstone cleaver"},
    {"bottle bottles", "cork wine cellar label decanter vintage"},
    {"box boxes", "lid cardboard tape string wrapping compartment"},
    {"book books", "page library spine bookmark author preface"},
    {"candle candles", "wick flame wax candlestick vigil snuffer"},
};
constexpr Entity kClothing[] = {
    {"shirt shirts", "cuff necktie starch pocket waistcoat cufflink"},
    {"shoe shoes", "lace cobbler heel sole buckle shoehorn"},
    {"glove gloves", "finger boxer snowman thumb gardening wrist"},
    {"scarf scarves", "neck knitting tassel cough muffler chill"},
    {"dress dresses", "bodice frill petticoat seamstress ribbon pleat"},
};
constexpr Entity kPlaces[] = {
    {"house houses", "porch driveway mortgage plumbing letterbox hallway"},
    {"church churches", "pulpit pew steeple sexton belfry churchyard"},
    {"school schools", "blackboard headmaster satchel canteen detention register"},
    {"factory factories", "conveyor smokestack foreman assembly whirr machinery"},
    {"bridge bridges", "arch toll span girder riverbank parapet"},
    {"tree trees", "branch root woodpecker forester bark squirrel"},
    {"farm farms", "scarecrow barn silo tractor manure windmill"},
};
constexpr Group kThings[] = {
    {"zoo fur vet tail cage", kAnimals},
    {"road wheel mechanic brake driver", kVehicles},
    {"room cupboard carpet parlour housemaid", kHousehold},
    {"wardrobe tailor fabric laundry hanger", kClothing},
    {"town hill architect park map", kPlaces},
};
constexpr Section kNounSections[] = {{"gram8-plural", 0, 1}};

}  // namespace

const Kind kCountries{"COUNTRY", 34, kCountrySections, kRegions};
const Kind kFamily{"FAMILY", 13, kFamilySections, kWalksOfLife};
const Kind kNouns{"NOUN", 17, kNounSections, kThings};

}  // namespace wordkin::datasets
