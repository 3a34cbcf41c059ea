import { type OptionalProgram, optionalPrograms } from './find-program.ts';

/** Reads WEIR_TEST_REQUIRE, a list like `postgres,redis`; a misspelt name would let a skip pass unnoticed. */
export function readRequiredPrograms(list: string): OptionalProgram[] {
  const names = list.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '').map(requireKnown);
}

/** Stops the whole run at its start when WEIR_TEST_REQUIRE is misspelt, whether or not a suite would have read it. */
export function setup(): void {
  readRequiredPrograms(process.env.WEIR_TEST_REQUIRE ?? '');
}

function requireKnown(name: string): OptionalProgram {
  const known = optionalPrograms.find((program) => program === name);
  if (!known) throw new Error(`WEIR_TEST_REQUIRE names '${name}'; it knows ${optionalPrograms.join(', ')}.`);
  return known;
}
