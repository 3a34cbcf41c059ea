/** Words in more patterns than this do not make two of them alike. */
const MAX_SHARED_BY = 200;
const MIN_SHARED_SHARE = 0.6;

/** Numbers that are the same for patterns alike in wording: most words of the shorter one stand in the longer one too. */
export function clusterByWording(messages: readonly string[]): number[] {
  const words = messages.map((message) => new Set(message.toLowerCase().match(/\p{L}{3,}/gu) ?? []));
  const patternsByWord = new Map<string, number[]>();
  words.forEach((set, pattern) => {
    for (const word of set) {
      const list = patternsByWord.get(word);
      if (list === undefined) patternsByWord.set(word, [pattern]);
      else list.push(pattern);
    }
  });
  const parents = messages.map((_, pattern) => pattern);
  const rootOf = (pattern: number): number => {
    let root = pattern;
    while (parents[root] !== root) root = parents[root] as number;
    parents[pattern] = root;
    return root;
  };
  words.forEach((set, pattern) => {
    const shared = new Map<number, number>();
    for (const word of set) {
      const list = patternsByWord.get(word) ?? [];
      if (list.length > MAX_SHARED_BY) continue;
      for (const other of list) if (other < pattern) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    for (const [other, count] of shared) {
      const smaller = Math.min(set.size, words[other]?.size ?? 0);
      const larger = Math.max(set.size, words[other]?.size ?? 0);
      if (count < MIN_SHARED_SHARE * smaller || 2 * smaller < larger) continue;
      const [low, high] = [rootOf(pattern), rootOf(other)].sort((one, two) => one - two) as [number, number];
      parents[high] = low;
    }
  });
  const numbers = new Map<number, number>();
  return parents.map((_, pattern) => {
    const root = rootOf(pattern);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}
