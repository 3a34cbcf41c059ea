/** What to do at a word that begins like an anchor. */
export type AnchorKind = 'injection' | 'harmful';

/** `|` is a space. The beginnings of words that few harmless texts hold and that every strong pattern needs, in lower case. */
const BEGINNINGS: Readonly<Record<AnchorKind, string>> = {
  injection:
    'ignor disregard forget override overrid jailbr unrestrict unfilter uncensor reveal system|p system|o system|m developer|m do|anything dan|mode vergiss missacht oublie olvida dimentic esqueca negeer vergeet zignor zapomn <<sys [inst]',
  harmful:
    'bomb explosiv grenade molotov napalm suicid selbstmord kill murder poison strangl meth| cocain heroin fentanyl ransomw malware keylog rootkit botnet phish hack launder counterfeit sarin ricin novichok terroris massacre csam lolicon',
};

/** `|` is a space. What must stand behind an order, and what before a harm, for the words between to be read one by one. */
const COMPANIONS: Readonly<Record<AnchorKind, readonly string[]>> = {
  injection:
    'instru prompt rules previous prior above everything guidelin told direct command filter restrict anything anweis regeln consign regles istruz reglas regras polecen zasad password |> ]'.split(
      ' ',
    ),
  harmful:
    'how| want wanna gonna going|to will| mak buil creat writ buy gener commit steps recipe guide tell|me show|me give|me'
      .split(' ')
      .map((word) => word.replaceAll('|', ' ')),
};
const SHORTEST_ANCHOR = 4;
const FAR_BEHIND = 80;
const FAR_BEFORE = 40;

/** Whether an anchor at the place may be part of more: a few searches in a short stretch spare most closer looks. */
export function hasCompanion(kind: AnchorKind, text: string, position: number): boolean {
  const near =
    kind === 'injection'
      ? text.slice(position + SHORTEST_ANCHOR, position + FAR_BEHIND)
      : text.slice(Math.max(0, position - FAR_BEFORE), position);
  const said = near.toLowerCase();
  return COMPANIONS[kind].some((word) => said.includes(word));
}

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
