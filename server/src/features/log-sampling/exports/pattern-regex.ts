import { RE2JS } from 're2js';

/** How to find a pattern's lines where signatures cannot be computed. */
export interface PatternRegex {
  /** RE2 syntax without flags, for the first line of a text that says something. No quotes, no dollar, no control characters. */
  readonly regex: string;
  /** Stands in every line that the regex matches: look for it first, that is cheaper. Empty: there is none. */
  readonly literal: string;
  /** What stands around the variables, in order, in a line where runs of white space are one space and quotes are bare. */
  readonly parts: readonly string[];
  /** Whether more may follow than the template says. */
  readonly isOpen: boolean;
}

export type PatternRegexResult = PatternRegex | { readonly problem: string };

const VARIABLE = '<*>';
/** With fewer letters it would find the lines of many other patterns. */
const LEAST_LETTERS = 3;
/** Longer templates are of lines of which only the beginning was mined: what follows is free. */
const MOST_UNITS = 1800;
const SAMPLES = ['7', '2026-03-01T12:00:00.123Z', 'a b', '/api/v1/x?y=1', '"q"'];

/**
 * Turns a template into a regular expression and tries it: on the template itself and on lines made from it. One that
 * fails, or would match nearly everything, is a problem in words, and the pattern is left out of the export.
 */
export function patternRegex(template: string): PatternRegexResult {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no configuration can hold such a character.
  if (/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/.test(template))
    return { problem: 'it has control characters' };
  const parts = tidied(template).split(VARIABLE);
  const letters = parts.join('').match(/\p{L}/gu)?.length ?? 0;
  if (letters < LEAST_LETTERS) return { problem: 'it has hardly a word of its own and would match nearly every line' };
  const isOpen = template.length > MOST_UNITS;
  const regex = `^\\s*${parts.map(escaped).join('.+')}${isOpen ? '' : '\\s*(?:\\n|\\z)'}`;
  const literal = longestWord(parts);
  const compiled = RE2JS.compile(regex);
  const lines = [template, ...SAMPLES.map((value) => template.replaceAll(VARIABLE, value))];
  const failed = lines.find((line) => !compiled.matcher(line).find() || !line.includes(literal));
  return failed === undefined
    ? { regex, literal, parts, isOpen }
    : { problem: 'its expression does not match its own example' };
}

/** Written as mined templates are, whoever wrote it. */
function tidied(template: string): string {
  return template
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\\(["'])/g, '$1')
    .replaceAll(/([+-])[+-]+/g, '$1');
}

/** Nothing of it may be written otherwise in a line: no white space, signs or quotes. Nothing that a configuration would read. */
function longestWord(parts: readonly string[]): string {
  const words = parts.flatMap((part) => part.replaceAll(/\bbytes\b/g, ' ').split(/[\s"'\\{}$+-]+/));
  return words.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** Templates show runs of white space and signs as one, quotes without backslash, and no sizes in parentheses after bytes. */
function escaped(part: string): string {
  return part
    .replaceAll(/[\\^.*?()[\]{}|]/g, '\\$&')
    .replaceAll(/["']/g, (quote) => `\\\\?\\x${quote.charCodeAt(0).toString(16)}`)
    .replaceAll('$', '\\x24')
    .replaceAll(/[+-]/g, (sign) => (sign === '+' ? '\\+[-+]*' : '-[-+]*'))
    .replaceAll(/\bbytes\b/g, 'bytes(?:\\s+\\([^()]*\\))?')
    .replaceAll(' ', '\\s+');
}
