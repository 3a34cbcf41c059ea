/** The known name nearest to a misspelt one, when it is near enough to be meant. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const wanted = plain(given);
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(wanted, plain(name));
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

const LONGEST = 64;

/** max_tokens, maxTokens and MaxTokens are one name to a person. */
function plain(name: string): string {
  return name.slice(0, LONGEST).toLowerCase().replaceAll('_', '').replaceAll('-', '');
}

/** Levenshtein distance, one row at a time. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replace = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
