/** A generator of numbers in 0..1 that gives the same sequence for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** Fills every `{name}` of a template with a random entry of the list of that name. */
export function fill(
  template: string,
  lists: Readonly<Record<string, readonly string[]>>,
  random: () => number,
): string {
  let text = template;
  for (let depth = 0; depth < 4 && text.includes('{'); depth++) {
    text = text.replace(/\{(\w+)\}/g, (whole, name: string) => (lists[name] ? pick(lists[name], random) : whole));
  }
  return text;
}
