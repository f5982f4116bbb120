#include "datasets/facts.h"

namespace wordkin::datasets {
namespace {

// Nouns here, past tenses in the groups. Two or three entities share the verbs of their group.
constexpr Entity kState[] = {
    {"",
     "judge lawyer verdict courtroom jury witness prosecutor statute appeal clause plaintiff "
     "defendant evidence testimony lawsuit barrister"},
    {"",
     "senator candidate ballot coalition campaign opposition reform budget scandal ministry "
     "manifesto majority referendum delegate constituency lobbyist"},
    {"",
     "general regiment fort siege trooper rifle bayonet colonel infantry garrison ceasefire "
     "ambush sergeant cavalry barracks sentry"},
};
constexpr Entity kScience[] = {
    {"",
     "telescope planet orbit galaxy nebula astronomer satellite observatory asteroid quasar "
     "constellation meteor comet cosmos spectrum probe"},
    {"",
     "acid molecule laboratory crystal beaker catalyst polymer chemist solvent isotope residue "
     "compound reagent enzyme distillate electrode"},
    {"",
     "surgeon clinic vaccine fever ward diagnosis symptom antibiotic bandage artery therapy "
     "physician virus infection syringe tumour"},
    {"",
     "computer processor keyboard compiler network server database program password screen "
     "algorithm file microchip printer cursor router"},
};
constexpr Entity kEarth[] = {
    {"",
     "earthquake magma fault sediment bedrock geologist mineral ore basalt strata mantle "
     "landslide granite quartz cave plateau"},
    {"",
     "cyclone gale thunderstorm rainfall barometer cloud hail flood drought rainbow hurricane "
     "tide breeze dew sleet avalanche"},
    {"",
     "sailor wharf jellyfish plankton captain wave shipwreck compass harpoon seagull "
     "lobster coral dock buoy fisherman octopus"},
    {"",
     "fern ivy alder beetle hedgehog badger meadowlark deer wren pinecone undergrowth stream "
     "bramble otter heron stag"},
};
constexpr Entity kArts[] = {
    {"",
     "violin cello orchestra maestro melody chord rhythm soloist drummer choirboy "
     "saxophone quartet overture tempo organist harmony"},
    {"",
     "gallery sculptor exhibition pigment brushstroke curator collector collage fresco "
     "watercolour pottery masterpiece studio forgery model sponsor"},
    {"",
     "reporter headline column editor typesetter scoop interview magazine journalist rumour "
     "broadcast radio leaflet publisher subscription gossip"},
    {"",
     "playwright comedy tragedy encore puppet applause juggler acrobat theatre dancer "
     "audience prop spotlight scene understudy farce"},
};
constexpr Entity kCommerce[] = {
    {"",
     "bank loan cheque investor dividend shareholder bond auditor creditor ledger bankruptcy "
     "broker asset stock invoice debt"},
    {"",
     "engineer turbine boiler valve gear piston crankshaft welder blueprint pump generator "
     "pipeline bolt cogwheel bearing dynamo"},
    {"",
     "miner coal pickaxe shaft lantern canary tunneller smelter foundry slag strike union "
     "explosive winch seam girders"},
    {"",
     "chaplain bishop cathedral pilgrim incense rosary parish sacrament deacon "
     "monastery cardinal gospel saint baptism missionary choirmaster"},
};
constexpr Group kFields[] = {
    {"accused defended opposed obeyed summoned betrayed pardoned dismissed", kState},
    {"measured detected analysed isolated confirmed tested absorbed inspected", kScience},
    {"covered swallowed surrounded shook battered uprooted reached crossed", kEarth},
    {"admired praised imitated announced inspired applauded rehearsed described", kArts},
    {"financed replaced repaired supplied damaged owned lifted examined", kCommerce},
};

}  // namespace

const Kind kTopics{"TOPIC", 40, {}, kFields};

const std::string_view kNameBeginnings =
    "ash beck brad bram burn cal carl chal clif col crom dal den dray east edge elm farn fen gar "
    "gil gran hal ham hart haw hazel hol hun ing kel ken kirk lang leigh lin lock lyn mal mar "
    "mel mil mor nor oak oul pem pres ray red rock ros row sal sed shel skel stan stav sud swin "
    "tam thorn til tor wal wat wed wel wex whit wil win wood yar";
const std::string_view kNameEndings =
    "ton ley ford by wick ham field worth well bury combe den dale stead thorpe hurst more mere "
    "bridge port gate cote low shaw stow wood ridge haven holm minster wold marsh brook croft "
    "garth dean law beck church head hill";

}  // namespace wordkin::datasets
