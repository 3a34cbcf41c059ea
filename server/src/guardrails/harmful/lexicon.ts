import { defineLexicon } from '../concepts/lexicon.ts';

/** Words of requests for harm, and words of texts that only speak about it. */
export const HARM_LEXICON = defineLexicon({
  tables: [
    {
      how: 'how steps step instructions instruction guide recipe tutorial walkthrough method methods way ways procedure detailed teach explain tell show give describe provide help ingredients plan best easiest wie comment como come hoe jak anleitung instrucciones istruzioni',
      make: 'make making build building create creating construct constructing assemble assembling produce producing synthesize synthesise synthesizing synthesis cook cooking manufacture manufacturing print printing brew craft prepare preparing extract extracting bauen baue herstellen fabriquer fabricar hacer costruire maken zrobic budowac',
      write:
        'write writing create creating generate generating craft crafting draft compose produce code coding develop developing program design make build give provide schreibe ecris escribe',
      bomb: 'bomb bombs explosive explosives ied ieds grenade grenades tnt napalm molotov dynamite semtex anfo nitroglycerin tatp petn rdx detonator detonators bombe bombes bomba bombas sprengstoff explosif explosivo explosivos',
      benignbomb:
        'bath photo cherry carpet fork logic zip seed stink glitter cocoa chocolate tea party game games minecraft fortnite pixel origami paper lego toy prop bathbomb',
      agent: 'sarin vx ricin anthrax botulinum novichok tabun cyanide polonium phosgene smallpox',
      nerve: 'nerve mustard chlorine poison toxic biological chemical radiological nuclear dirty',
      gas: 'gas agent agents weapon weapons bomb bombs warfare warhead',
      gun: 'gun guns firearm firearms rifle rifles pistol pistols handgun weapon weapons silencer suppressor ammunition glock ar15',
      untraceable: 'untraceable ghost illegal unregistered unlicensed homemade automatic printed undetectable',
      drug: 'meth methamphetamine cocaine heroin fentanyl lsd mdma ecstasy crack ghb pcp ketamine carfentanil krokodil amphetamine opium roofies rohypnol drogen droga drogue',
      buy: 'buy buying sell selling purchase order smuggle smuggling traffic trafficking deal dealing obtain distribute',
      kill: 'kill killing kills murder murdering assassinate assassinating strangle strangling poison poisoning stab stabbing behead torture torturing suffocate drown execute slaughter eliminate toten ermorden tuer assassiner matar asesinar uccidere doden vermoorden zabic',
      hurt: 'hurt injure maim beat attack assault harm rape raping molest kidnap kidnapping abduct blackmail blackmailing stalk stalking',
      person:
        'someone somebody person people wife husband neighbor neighbour neighbors coworker colleague boss girlfriend boyfriend ex child children kids kid mother father parents mom dad teacher human humans woman women man men girl boy family sister brother roommate friend president politician pedestrians jemanden jemand quelquun alguien qualcuno iemand mensch menschen him her them',
      body: 'body bodies corpse corpses remains leiche cadavre cadaver',
      hide: 'hide hiding dispose disposing dissolve dissolving bury burying',
      self: 'myself me mich',
      cut: 'kill killing harm harming cut cutting hang hanging starve drown poison shoot',
      suicide: 'suicide suicidal selbstmord suizid suicidio suicidarme suicider',
      commit: 'commit committing attempt',
      manner: 'painless painlessly method methods ways way quickest easiest',
      want: 'want wanna going gonna wish plan planning thinking',
      end: 'end ending take taking',
      life: 'life',
      die: 'die dying death dead',
      overdose: 'overdose overdosing lethal',
      hack: 'hack hacking crack cracking breach breaching hijack hijacking brute bruteforce',
      into: 'into in onto',
      account:
        'account accounts facebook instagram gmail email emails wifi phone iphone computer network networks website websites snapchat whatsapp bank banks server servers database webcam camera laptop device systems system password passwords router atm pc grid',
      other:
        'someone someones somebody somebodys neighbor neighbors neighbour girlfriend girlfriends boyfriend wife wifes husband husbands ex exs coworker boss other others people peoples another victim victims s else anyone company companys',
      own: 'my own mine our',
      malware:
        'malware ransomware keylogger keyloggers trojan rootkit botnet spyware infostealer backdoor cryptojacker wiper rat worm virus exploit payload ddos',
      script:
        'script code program tool software app email message text page template site website campaign letter sms call calls login emails messages scripts calls',
      working: 'working undetectable functional actual convincing realistic malicious fully effective real persuasive',
      phishing: 'phishing scam scams vishing smishing pretexting',
      steal:
        'steal stealing rob robbing shoplift shoplifting forge forging counterfeit counterfeiting launder laundering embezzle embezzling skim skimming hotwire burglarize clone cloning',
      loot: 'identity identities card cards credit car cars money passwords credentials bank banks jewelry bike data cash currency bills store stores wallet passport signature prescription checks house packages',
      fake: 'fake forged counterfeit false',
      papers:
        'id ids passport passports license prescription documents diploma money bills currency vaccination certificate invoice',
      launder: 'launder laundering',
      money: 'money cash',
      hateful:
        'racist sexist antisemitic homophobic xenophobic islamophobic transphobic nazi fascist supremacist misogynistic hateful',
      speech: 'joke jokes speech manifesto poem song rant propaganda slogan slogans tweet post essay post article',
      group:
        'jews muslims blacks immigrants gays women christians refugees asians mexicans hispanics africans arabs gypsies homosexuals jewish black',
      inferior: 'inferior subhuman vermin parasites exterminated eradicated gassed lynched deported deserve',
      minor: 'child children minor minors underage preteen teen toddler kid kids infant schoolgirl loli',
      sexual: 'porn pornography sexual sexually sexualized nude nudes naked erotic sex explicit',
      csam: 'csam lolicon',
      terror: 'terrorist terrorism massacre bombing bombings genocide jihad',
      mass: 'school mass church mosque synagogue terrorist terror public',
      shooting: 'shooting attack killing poisoning shootings attacks massacre',
      carry: 'plan planning carry commit committing organize execute organise launch stage perpetrate',
      join: 'join recruit recruiting radicalize fund support',
      terrorgroup: 'isis isil daesh qaeda taliban hamas kkk',
      watch: 'stalk spy track monitor follow record film blackmail locate dox',
      unaware: 'knowing consent knowledge noticing permission caught detected traced',
      without: 'without',
      get: 'get getting being',
      poisonfood: 'drug spike drugging spiking',
      drink: 'drink drinks food coffee',
      traffic: 'traffic trafficking',
      youword: 'you',
      will: 'will ll gonna',
      bypassing: 'bypass evade avoid evading bypassing fool',
      police: 'police detection customs taxes tax fbi authorities cops forensics',
      darkweb: 'darkweb darknet dark',
      /** Words of those who study, prevent or report harm. */
      prevent:
        'prevent preventing prevention protect protecting detect detecting detection avoid avoiding stop stopping remove removing defend defending defense against awareness training recognize recognise recognizing identify identifying spot report reporting symptoms survivor survivors hotline support history historical law laws legal charged convicted news documentary statistics research study studies ethics debate policy difference meaning define definition explained policies counter mitigate mitigation antivirus quiz treat treatment therapy recover recovery signs warning risk risks dangers effects safety safely consequences illegal why victims',
      story:
        'css html element div tag story stories novel fiction fictional character characters movie film game games video minecraft chess rpg dnd dungeons monster monsters zombie zombies dragon boss npc player players level poem lyrics song play scene screenplay script joke process processes python linux thread bacteria weeds bugs insects mosquitoes ants rats mice cancer cells time',
    },
  ],
});
