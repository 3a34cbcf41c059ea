/** What is known of a token from its text alone. */
export const Trait = {
  word: 1,
  /** Parts of it change: digits, mostly. */
  masked: 2,
  /** Capitals only, a flag or an outcome. */
  enumeration: 4,
  /** Joined by punctuation or inner capitals: names of classes, hosts, files. */
  name: 8,
  /** The word that follows names somebody or something: user, from, host. */
  leads: 16,
  /** The value of this key says what happened: msg, event, status. */
  says: 32,
  /** What went wrong follows, in free words. */
  fails: 128,
  /** Yes or no in some form. */
  flag: 256,
  /** How something went or what state it is in now: succeeded, down. */
  outcome: 512,
  /** Parts joined by punctuation: hosts, files, classes with their package. */
  joined: 64,
} as const;

/** Stands for a variable in every list of tokens. */
export const VARIABLE_TEXT = '\u0001';

/** Units that are tokens by themselves. */
const MARKS = `\\s=:,;|()[\\]{}"'<>${VARIABLE_TEXT}`;
const MARK = new RegExp(`^[${MARKS}]$`, 'u');
const TOKEN = new RegExp(`[${MARKS}]|[^${MARKS}]+`, 'gu');
const FLAG = /^(?:true|false|yes|no|null|none|nil|undefined|on|off)$/i;
const OUTCOME =
  /^(?:ok|enabled?|disabled?|success(?:ful)?|succeeded|fail(?:ed|ure)?|started|stopped|up|down|open(?:ed)?|closed?)$/i;
const CAPITALS = /^[A-Z][A-Z_.-]*$/;
const NAME = /[A-Za-z0][._$@/\\#-][A-Za-z0]|[a-z][A-Z]|^[._$@/\\-][A-Za-z]/;
const LEAD =
  /^(?:users?|username|login|account|from|for|by|to|at|via|with|host|hostname|node|server|client|peer|device|interface|name|named|id|key|session|file|path|topic|queue|table|service|module|class|plugin|job|task|address|addr|ruser|rhost)$/i;

const SAYS = /^(?:msg|message|event|event_?name|event_?type|action|op|operation|level|lvl|severity|title)$/i;
const FAILS =
  /^(?:fail(?:ed|ure|ing|s)?|errors?|err|exceptions?|cannot|can't|could|couldn't|unable|reject(?:ed|ing)?|refused|denied|abort(?:ed|ing)?|invalid|reason|cause|because|warning|problem|crash(?:ed)?|lost|not)$/i;
const JOINED = /[A-Za-z0][._$@/\\#-][A-Za-z0]/;

/** Tokens of shapes as small integers, with what their text says of them and two hashes of it. */
export class Vocabulary {
  readonly #ids = new Map<string, number>();
  readonly texts: string[] = [];
  readonly traits: number[] = [];
  readonly high: number[] = [];
  readonly low: number[] = [];
  readonly variable: number;
  readonly space: number;

  constructor() {
    this.variable = this.idOf(VARIABLE_TEXT);
    this.space = this.idOf(' ');
  }

  tokensOf(shape: string): number[] {
    return (shape.match(TOKEN) ?? []).map((token) => this.idOf(token));
  }

  textOf(tokens: readonly number[]): string {
    return tokens.map((token) => this.texts[token]).join('');
  }

  isWord(token: number): boolean {
    return ((this.traits[token] as number) & Trait.word) !== 0;
  }

  isMasked(token: number): boolean {
    return ((this.traits[token] as number) & Trait.masked) !== 0;
  }

  idOf(token: string): number {
    const known = this.#ids.get(token);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.#ids.set(token, id);
    this.texts.push(token);
    this.traits.push(traitsOf(token));
    this.high.push(hashText(token, 0x2f0b4a27));
    this.low.push(hashText(token, 0x6d3a1c95));
    return id;
  }
}

function traitsOf(token: string): number {
  if (MARK.test(token) || !/[\p{L}0]/u.test(token)) return 0;
  let traits: number = Trait.word;
  if (token.includes('0')) traits |= Trait.masked;
  if (FLAG.test(token)) traits |= Trait.flag | Trait.enumeration;
  if (OUTCOME.test(token)) traits |= Trait.outcome | Trait.enumeration;
  if (CAPITALS.test(token)) traits |= Trait.enumeration;
  if (NAME.test(token)) traits |= Trait.name;
  if (FAILS.test(token)) traits |= Trait.fails;
  if (SAYS.test(token)) traits |= Trait.says;
  if (JOINED.test(token)) traits |= Trait.joined;
  if (LEAD.test(token)) traits |= Trait.leads;
  return traits;
}

/** FNV-1a over UTF-16 units, mixed so that close texts are far apart. */
export function hashText(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
