const CITY = String.raw`\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?`;
const LIST = new RegExp(`(?:\\b(?:in|for|at|of|to) )(${CITY}(?:(?:, (?:and )?| and )${CITY})*)`, 'u');
const PAIR = new RegExp(`\\b${CITY}(?:, ${CITY})*,? and ${CITY}`, 'u');

/** City names in the order a prompt gives them: `in Paris`, `Oslo and Rome`, `for Oslo, Rome and New York`. */
export function citiesIn(text: string): string[] {
  const head = text.slice(0, 20_000);
  const list = LIST.exec(head)?.[1] ?? PAIR.exec(head)?.[0];
  if (list === undefined) return [];
  return list.split(/, and |, | and /).filter((name) => name !== '');
}
