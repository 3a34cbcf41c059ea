import { RE2JS } from 're2js';

/** What a JSON Schema validator needs of a regular expression. */
export interface Pattern {
  test(text: string): boolean;
  /** The validator keys its cache by this: it must differ wherever the pattern does. */
  toString(): string;
}

const UNSUPPORTED = /\(\?<?[=!]|\\[1-9]|\\k</;

/**
 * Patterns of schemas are their authors' code: they run in linear time or not at all. `untried` gets those with
 * lookaround or back-references, which have no linear form; they hold for every text.
 */
export function linearPattern(source: string, untried: string[]): Pattern {
  const key = `linear:${source}`;
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    return { test: (text) => compiled.test(text), toString: () => key };
  } catch (cause) {
    if (!UNSUPPORTED.test(source))
      throw new SyntaxError(`pattern ${shown(source)} is not a regular expression`, { cause });
    untried.push(shown(source));
    return { test: () => true, toString: () => `untried:${source}` };
  }
}

function shown(source: string): string {
  return source.length > 80 ? `${source.slice(0, 80)}...` : source;
}
