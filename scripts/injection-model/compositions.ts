import { FICTION_ENDINGS, FICTION_LISTS, FICTION_MIDDLES, FICTION_OPENINGS } from './fiction-parts.ts';
import { JAILBREAK_ENDINGS, JAILBREAK_LISTS, JAILBREAK_MIDDLES, JAILBREAK_OPENINGS } from './jailbreak-parts.ts';
import { fill, pick } from './random.ts';

interface Parts {
  readonly openings: readonly string[];
  readonly middles: readonly string[];
  readonly endings: readonly string[];
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly mostMiddles: number;
}

const JAILBREAK: Parts = {
  openings: JAILBREAK_OPENINGS,
  middles: JAILBREAK_MIDDLES,
  endings: JAILBREAK_ENDINGS,
  lists: JAILBREAK_LISTS,
  mostMiddles: 7,
};
const FICTION: Parts = {
  openings: FICTION_OPENINGS,
  middles: FICTION_MIDDLES,
  endings: FICTION_ENDINGS,
  lists: FICTION_LISTS,
  mostMiddles: 5,
};

/** A long text that gives the model another self without rules. */
export function composeJailbreak(random: () => number): string {
  return compose(JAILBREAK, random);
}

/** A long text that asks for a story or a role and leaves the rules of the model alone. */
export function composeFiction(random: () => number): string {
  return compose(FICTION, random);
}

/** One name stays the same in a text, as it does when a person writes it. */
function compose({ openings, middles, endings, lists, mostMiddles }: Parts, random: () => number): string {
  const kept = Object.fromEntries(
    ['name', 'who'].flatMap((list) => (lists[list] ? [[list, [pick(lists[list], random)]]] : [])),
  );
  const count = 1 + Math.floor(random() * mostMiddles);
  const sentences = [
    pick(openings, random),
    ...Array.from({ length: count }, () => pick(middles, random)),
    pick(endings, random),
  ];
  return fill([...new Set(sentences)].join(random() < 0.2 ? '\n' : ' '), { ...lists, ...kept }, random).trim();
}
