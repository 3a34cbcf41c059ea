import type { JsonObject } from './json.ts';

export type FieldKind = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

export interface FieldRule {
  name: string;
  kinds: readonly FieldKind[];
  required?: boolean;
  /** Smallest number, or shortest array. */
  min?: number;
  max?: number;
}

export interface FieldProblem {
  path: string;
  problem: 'missing' | 'type' | 'range';
  /** What would have been right, in words. */
  expected: string;
  /** What came instead, in words. */
  got: string;
}

/** The first field that breaks its rule, or nothing. `null` counts as absent, as it does at the providers. */
export function checkFields(value: JsonObject, rules: readonly FieldRule[], prefix = ''): FieldProblem | undefined {
  for (const rule of rules) {
    const problem = checkField(value[rule.name], rule);
    if (problem) return { path: prefix + rule.name, ...problem };
  }
  return undefined;
}

function checkField(value: unknown, rule: FieldRule): Omit<FieldProblem, 'path'> | undefined {
  if (value === undefined || value === null) {
    return rule.required ? { problem: 'missing', expected: rule.kinds.join(' or '), got: 'nothing' } : undefined;
  }
  if (!rule.kinds.some((kind) => isOfKind(value, kind))) {
    return { problem: 'type', expected: rule.kinds.map(withArticle).join(' or '), got: withArticle(kindOf(value)) };
  }
  const size = Array.isArray(value) ? value.length : typeof value === 'number' ? value : undefined;
  if (size === undefined) return undefined;
  if (rule.min !== undefined && size < rule.min) return outOfRange('at least', rule.min, size);
  if (rule.max !== undefined && size > rule.max) return outOfRange('at most', rule.max, size);
  return undefined;
}

function outOfRange(word: string, bound: number, got: number): Omit<FieldProblem, 'path'> {
  return { problem: 'range', expected: `${word} ${bound}`, got: String(got) };
}

function isOfKind(value: unknown, kind: FieldKind): boolean {
  if (kind === 'integer') return Number.isInteger(value);
  if (kind === 'number') return typeof value === 'number';
  return kindOf(value) === kind;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function withArticle(word: string): string {
  if (word === 'null') return word;
  return /^[aeio]/.test(word) ? `an ${word}` : `a ${word}`;
}
