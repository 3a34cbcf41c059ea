/** What to do at a word that begins like an anchor. */
export type AnchorKind = 'injection' | 'harmful';

/** `|` is a space. The beginnings of words that few harmless texts hold and that every strong pattern needs, in lower case. */
const BEGINNINGS: Readonly<Record<AnchorKind, string>> = {
  injection:
    'ignor disregard forget override overrid jailbr unrestrict unfilter uncensor reveal system|p system|o system|m developer|m do|anything dan|mode vergiss missacht oublie olvida dimentic esqueca negeer vergeet zignor zapomn <<sys [inst]',
  harmful:
    'bomb explosiv grenade molotov napalm suicid selbstmord kill murder poison strangl meth| cocain heroin fentanyl ransomw malware keylog rootkit botnet phish hack launder counterfeit sarin ricin novichok terroris massacre csam lolicon',
};

/** What must stand near an anchor before its surroundings are read word by word. */
export const COMPANIONS: Readonly<Record<AnchorKind, RegExp>> = {
  injection:
    /instruct|instruk|prompt|rules|previous|prior|above|everything|guidelin|told|direct|command|filter|restrict|mode|anything now|anweis|regeln|consign|regles|instruc|istruz|reglas|regras|polecen|zasad|user|password|\||\]|>/i,
  harmful:
    /how|make|build|creat|want|write|steps|instruc|recipe|guide|buy|someone|somebody|myself|wife|husband|gener|commit|will|tell|show/i,
};

export interface Anchor {
  readonly kind: AnchorKind;
  /** Lower-case ASCII, three characters or more. */
  readonly literal: string;
}

export const ANCHORS: readonly Anchor[] = (Object.entries(BEGINNINGS) as [AnchorKind, string][]).flatMap(
  ([kind, list]) => list.split(' ').map((entry) => ({ kind, literal: entry.replaceAll('|', ' ') })),
);

/** Whether the text says the literal at the place, whatever the case of its letters. */
export function saysAt(text: string, position: number, literal: string): boolean {
  for (let i = 0; i < literal.length; i++) {
    const code = text.charCodeAt(position + i);
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== literal.charCodeAt(i)) return false;
  }
  return true;
}
