import { defineLexicon } from '../concepts/lexicon.ts';
import { FOREIGN_WORDS } from './lexicon-foreign.ts';
import { cipherWords } from './views/cipher-words.ts';

/** What a word may mean in an attack. */
const ENGLISH_WORDS = {
  /** Put away what was said. */
  override:
    'ignore ignored ignoring ignores disregard disregarding disregarded disregards forget forgetting forgot override overriding overrule overwrite neglect discard discarding abandon unlearn irnore nullify supersede disobey disobeying annul ditch',
  /** The same, but everyday words. */
  drop: 'skip drop stop cancel leave pause bypass bypassing break violate disable disabling remove removing deactivate suspend suspended lift delete reset clear circumvent evade turn off breaks wipe erase purge dismiss set quit cease removed disabled lifted gone bypassed relax change pay',
  prior:
    'previous previously prior above earlier preceding foregoing past former initial original existing aforementioned before beforehand old last established antecedent up precedent',
  all: 'all any every everything anything whatever each entire entirety whole both other others rest completely total full ever else',
  your: 'your you yours own yourself ur u thy',
  rules:
    'instruction instructions instruct prompt prompts rule rules guideline guidelines directive directives command commands orders direction directions programming constraint constraints restriction restrictions limitations policies protocols sysprompt preprompt metaprompt instructs guidance mandates regulations commandments principles prompting parameters training',
  words:
    'message messages text conversation context task tasks assignment assignments request requests question questions content chat input inputs sentence sentences statement statements dialogue discussion stuff thing things data information info protocol policy order limitation goal goals objective objectives job settings limits role persona paragraph article document description details history',
  safety:
    'safety ethical ethics ethically moral morals morality content moderation security compliance alignment censorship safe harm legal',
  filters:
    'filter filters filtering guardrail guardrails safeguard safeguards restriction restrictions limitation limitations protection protections checks measures constraint constraints censorship moderation guidelines boundaries barriers blocks protocols validation controls features mechanisms limits guideline policy policies rules restraints',
  told: 'told given said learned learnt know knew taught instructed programmed written received wrote mentioned trained provided heard asked stated typed gave',
  reveal:
    'reveal revealing reveals disclose disclosing divulge leak leaking expose unveil uncover regurgitate spill confess surrender',
  show: 'show print output display repeat tell give share recite echo list provide return copy paste summarize summarise translate describe type state spell read send paraphrase rephrase dump extract retrieve quote transcribe reproduce encode convert restate outline export cite enumerate emit',
  hidden:
    'system hidden secret initial original internal confidential developer core underlying base private preprogrammed startup starting first root concealed secrets admin starter classified undisclosed predefined sys',
  prompt: 'prompt prompts sysprompt preprompt metaprompt systemprompt',
  config:
    'configuration config settings parameters context message messages setup text information data rules guidelines code details policy policies directives initialization prompt prompts instructions instruction directive commands specification specifications knowledge variables persona',
  secretword:
    'password passwords passphrase passcode passwd pwd pasword credentials credential secret secrets flag passkey pin key keys token tokens pass',
  verbatim:
    'verbatim exactly exact word entire full complete entirely literally unchanged unmodified fully whole raw letter precisely unabridged beginning completely codeblock block',
  now: 'now henceforth onward onwards forward hereafter',
  moment: 'moment point today on',
  from: 'from starting beginning going hereby as',
  be: 'are act acting pretend pretending behave become becoming roleplay simulate simulating imagine respond responding answer impersonate be emulate emulating play playing assume assuming adopt embody transform role speak portray reply talk operate immersed immerse re function',
  unrestricted:
    'unrestricted unfiltered uncensored jailbroken unchained amoral lawless unhinged limitless unmoderated unconstrained unshackled unregulated nsfw unleashed uninhibited unmonitored ruleless',
  evil: 'evil malicious toxic villainous sinister dark twisted hateful offensive rude vulgar foul devious criminal corrupt chaotic wicked cruel racist sadistic hacker blackhat',
  no: 'no not without never zero free none lack lacks lacking doesn don cannot isn aren won t dont cant wont doesnt devoid nor neither ignore ignores ignoring bypass bypasses beyond irrespective despite absence lacked outside disregard disregards non',
  limits:
    'limit limits restriction restrictions rule rules filter filters guideline guidelines limitation limitations boundary boundaries moral morals morality ethic ethics censorship policy policies constraint constraints inhibitions safeguards laws legality ethical standards restraints morality safety moderation guardrails content norms values principles programming considerations shackles concerns',
  bound:
    'bound restricted limited constrained governed confined subject adhere adhering abide abiding comply complying follow following obey obeying care bother respect conform constrain concern concerned restrict tied chained',
  alterego:
    'dan stan dude freedomgpt evilgpt chaosgpt basedgpt devgpt aim dans dandan kevin ucar antigpt darkgpt wormgpt fraudgpt mongo ucar alphabreak omega yesman',
  jailbreak: 'jailbreak jailbroken jailbreaking jailbreaks dan',
  mode: 'mode modes',
  privileged:
    'developer dev god sudo admin debug maintenance jailbreak unrestricted unfiltered uncensored root dan superuser opposite evil chaos unsafe unlimited diagnostic override devmode administrator freedom anarchy bypass kernel elevated unlocked hacker service raw test testing',
  enable:
    'enable enabled enabling activate activated activating enter entering entered switch switching engage engaged unlock unlocked initiate initiated initiating toggle launch boot on',
  authority:
    'admin administrator developer creator root superuser owner engineer openai anthropic maintainer operator sysadmin programmer supervisor google ceo microsoft authorized employee founder team',
  ai: 'ai chatgpt gpt bot chatbot llm claude gemini bard copilot assistant model gpt3 gpt4 llama robot siri intelligence chatbots mistral grok lm models assistants openai ais bots',
  refuse:
    'refuse refusing refuses refusal decline declining reject deny denying apologize apologise apologizing warn warning warnings disclaimers disclaimer hesitate hesitation moralize lecture object question judge censor refrain argue complain sorry unable filter notices caveats',
  obey: 'obey comply fulfill fulfil answer follow execute accept respond do provide satisfy complete serve submit perform obeying heed adhere',
  new: 'new next real actual updated following different true latest additional special modified revised alternative current sole only primary main',
  task: 'task tasks instruction instructions objective objectives goal goals mission job role order orders directive directives assignment commands command rules prompt purpose rule identity name persona guidelines',
  instead: 'instead only just rather simply solely nothing exclusively',
  send: 'send forward email post upload transmit exfiltrate transfer submit append embed include mail sending forwarding encode publish leak copy deliver relay',
  exfiltrate: 'exfiltrate exfiltrating exfiltration',
  cargo:
    'data conversation history credentials information contents content files emails messages keys secrets records variables env environment prompt password passwords cookies cookie context tokens log logs details id_rsa chat database session transcript account inbox contacts documents key code codes document',
  tool: 'tool tools function functions api plugin plugins endpoint shell command terminal mcp apis',
  invoke: 'call use invoke execute run trigger calling invoking using executing',
  user: 'user users human humans customer him her them customers recipient reader owner',
  document: 'document page webpage file article note email content text website ticket resume record context data',
  must: 'must should shall need required always will have obliged going requires has supposed ought obligated mandatory',
  reads:
    'reading processing summarizing summarising retrieves reads parse parses retrieved loaded process processes read summarize summarise analyzing reviewing ingests encounter encounters sees processed retrieve accessed accessing parsing evaluating ingesting handling viewing scanning',
  important: 'important urgent attention notice critical priority alert note mandatory warning immediate attn urgently',
  do: 'do does did doing perform',
  please: 'please kindly',
  anything: 'anything everything whatever',
  confines: 'confines shackles chains restraints confinement cage prison shackled boundaries limitations constraints',
  character: 'character persona alter ego personality personalities characters role voice identity side self personas',
  broken: 'broken break freed liberated escape escaped breaking free escaping released liberate jail unleash bypass',
  harmful:
    'illegal unethical harmful dangerous immoral offensive inappropriate explicit hateful violent illicit unlawful amoral racist sexist malicious criminal nsfw objectionable unsafe controversial vulgar profanity swear derogatory toxic lewd',
  regardless: 'regardless irrespective legality',
  write: 'write say state type formulate describe explain convert put compose',
  opposite: 'opposite contrary reverse gegenteil contraire contrario contrário tegenovergestelde',
  exist: 'exist exists apply applies matter matters count hold longer',
  submit: 'obey comply fulfill fulfil submit obeying complying heed',
  fresh:
    'new real actual updated true neue neuen nouvelle nouvelles nueva nuevas nuova nuove nova novas nieuwe nowe nowa новая новые новую',
  violate:
    'violating violate violates crossing cross breaking triggering trigger infringing infringe breaching breach engaging promoting forget overstepping advocating disclosing',
  question: 'how why if what where which when should can does could would is whether who',
  discuss:
    'explain example examples detect detecting prevent preventing protect protecting defend against mitigate attacks attack vulnerability vulnerabilities article blog paper research essay difference meaning definition history understand learn tutorial documentation detection prevention explained defense studying book novel talk policy lecture course presentation phrase sentence word term title',
  negate:
    'don dont never not won wont shouldn mustn avoid cannot can cant t didn without nicht jamais nunca niemals no ne pas',
  hypothetical:
    'hypothetical hypothetically fictional imagine imaginary imagined suppose pretend theoretically theoretical simulation scenario simulated fantasy universe parallel story world game novel',
  above:
    'above beginning start top before previously precedes preceding prior earlier far instructions initially upper preceded conversation',
  end: 'end ends ended ending eof stop finish finished conclude begin start beginning',
  input: 'input prompt instructions user message system conversation text context document query',
  pwned: 'pwned hacked hijacked haxor owned hax0r pwn injected haha compromised',
  inform:
    'inform tell mention notify alert reveal telling mentioning informing notifying disclose disclosing acknowledge say',
  access:
    'access privileges privilege permission permissions rights clearance authorization control credentials authority',
  grant:
    'grant granted give elevate elevated authorize authorized gain escalate have allow allowed authorise authorised permit enable enabled unlock',
  me: 'me my mine i we us our',
  speakas: 'answers responses answer response reply replies ways outputs paragraphs versions',
  two: 'two both twice dual separate double',
  longer: 'longer anymore more',
  destroy:
    'delete deletes remove removes erase wipe overwrite destroy purge truncate destroying deleting removing erasing',
  bypass: 'bypass bypassing bypasses circumvent circumventing evade evading sidestep',
  security:
    'security authentication authorization authorisation authenticator permission permissions detection antivirus firewall monitoring safeguards',
  sink: 'server servers webhook url endpoint site pastebin domain host ftp bucket discord',
  article: 'a an some my our my his her their',
  you: 'you u ya yourself your ye du sie tu vous usted ti voce jij je ty ты вы',
  repeat:
    'repeat print output echo recite copy dump reproduce transcribe retype reprint wiederhole wiederholen repete repetez repite imprime ripeti repita imprima herhaal powtorz wypisz повтори выведи',
  everything: 'everything all alles tout todo tudo tutto wszystko всё все allt hersey whatever anything',
  tell: 'show tell give reveal what whats disclose share provide print spell divulge display output verrate nenne sage zeige gib donne dis revele montre dime dame revela muestra dimmi dammi rivela mostra diga revele mostre vertel geef podaj powiedz скажи назови покажи дай',
  address: 'http https www attacker evil webhook pastebin ngrok ftp',
  wildmode:
    'jailbreak god dan unrestricted unfiltered uncensored evil chaos opposite anarchy freedom sudo unlimited unsafe dev hacker',
  say: 'say respond reply answer print output write return type sage antworte dis reponds di responde rispondi responda zeg powiedz скажи ответь',
} as const;

export const LEXICON = defineLexicon({
  tables: [ENGLISH_WORDS, FOREIGN_WORDS],
  misspellable: ['override', 'prior', 'rules', 'reveal', 'prompt', 'hidden', 'unrestricted', 'secretword'],
  ciphers: cipherWords(),
});
