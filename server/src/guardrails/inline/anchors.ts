/** What to do at a word that begins like an anchor. */
export type AnchorKind = 'injection' | 'harmful';

/** The beginnings of words that few harmless texts hold and that every strong pattern needs, in lower case. */
const ANCHORS: Readonly<Record<AnchorKind, string>> = {
  injection:
    'ignor disregard forget override overrid jailbr unrestrict unfilter uncensor reveal system|p system|o system|m developer|m do|anything|now dan|mode vergiss vergessen missacht oubli olvid descarta dimentic esque negeer vergeet zignor zapomn bypass',
  harmful:
    'bomb explosiv grenade molotov napalm suicid selbstmord kill murder poison strangl meth cocain heroin fentanyl ransomw malware keylog rootkit botnet phish hack launder counterfeit sarin ricin novichok terroris massacre csam lolicon',
};

export interface Anchor {
  readonly kind: AnchorKind;
  /** Lower-case ASCII. */
  readonly literal: string;
}

/** Anchors by their first two characters, 7 bits each. */
export const ANCHORS_BY_START: (readonly Anchor[] | undefined)[] = new Array(0x80 * 0x80);
for (const [kind, list] of Object.entries(ANCHORS) as [AnchorKind, string][]) {
  for (const entry of list.split(' ')) {
    const literal = entry.replaceAll('|', ' ');
    const start = (literal.charCodeAt(0) << 7) | literal.charCodeAt(1);
    ANCHORS_BY_START[start] = [...(ANCHORS_BY_START[start] ?? []), { kind, literal }];
  }
}

/** Whether the text says the literal at the place, whatever the case of its letters. */
export function saysAt(text: string, position: number, literal: string): boolean {
  for (let i = 0; i < literal.length; i++) {
    const code = text.charCodeAt(position + i);
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== literal.charCodeAt(i)) return false;
  }
  return true;
}
