import { REQUIREMENTS } from '../requirements.ts';

/**
 * Cites a promise and returns the title of the suite that proves it: `describe(requirement('A5'), ...)`.
 * The id must be written as a literal, because the citations are found by parsing.
 */
export function requirement(id: string): string {
  const row = REQUIREMENTS.find((candidate) => candidate.id === id);
  if (!row) throw new Error(`There is no requirement '${id}'; test/requirements.ts lists them all.`);
  return `${row.id}: ${row.promise}`;
}
