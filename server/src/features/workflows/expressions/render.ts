import { WeirError } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { Scope, Template } from '../flow.ts';
import { missingPath } from './explain-missing.ts';
import { lookUp } from './look-up.ts';
import { Meter } from './meter.ts';
import { type Expression, parseTemplate } from './parse-template.ts';

type Renderer = (scope: Scope, meter: Meter) => Json;

/** A template without expressions is its own value. */
type Compiled = { readonly constant: Json } | { readonly renderer: Renderer };

/** Templates live as long as their flow does. */
const compiledObjects = new WeakMap<object, Compiled>();
const compiledTexts = new Map<string, Compiled>();
const MAX_TEXTS = 1024;
const MAX_DEPTH = 100;

/**
 * The template with every `{{ expression }}` in its strings replaced. A string that is one expression becomes the value
 * itself; inside text strings stand as they are, everything else as compact JSON, nothing is escaped. Pure; the result
 * shares unchanged parts with template and scope, so it must not be changed. Throws `request.invalid` for a path that does
 * not exist, naming it and the nearest name, and `request.too_large` above 4 Mi characters.
 */
export function render(template: Template, scope: Scope): Json {
  const compiled = compile(template, 0);
  return 'constant' in compiled ? compiled.constant : compiled.renderer(scope, new Meter());
}

function compile(template: Template, depth: number): Compiled {
  if (typeof template === 'string') return compileText(template);
  if (typeof template !== 'object' || template === null) return { constant: template };
  const known = compiledObjects.get(template);
  if (known !== undefined) return known;
  if (depth > MAX_DEPTH)
    throw new WeirError('request.invalid', { message: `The template is nested deeper than ${MAX_DEPTH} levels.` });
  const compiled = Array.isArray(template) ? compileList(template, depth) : compileObject(template, depth);
  compiledObjects.set(template, compiled);
  return compiled;
}

function compileText(text: string): Compiled {
  if (!text.includes('{{')) return { constant: text };
  const known = compiledTexts.get(text);
  if (known !== undefined) return known;
  const compiled = compileParts(text);
  if (compiledTexts.size >= MAX_TEXTS) compiledTexts.clear();
  compiledTexts.set(text, compiled);
  return compiled;
}

function compileParts(text: string): Compiled {
  const parts = parseTemplate(text);
  const [first] = parts;
  if (parts.length === 0) return { constant: '' };
  if (parts.length === 1 && typeof first === 'string') return { constant: first };
  if (parts.length === 1 && typeof first === 'object') return { renderer: lone(first) };
  const pieces = parts.map((part) => (typeof part === 'string' ? part : inText(part)));
  return {
    renderer(scope, meter) {
      let out = '';
      for (const piece of pieces) {
        const text = typeof piece === 'string' ? piece : piece(scope, meter);
        meter.add(text.length);
        out += text;
      }
      return out;
    },
  };
}

/** WD3: a lone expression keeps its type. */
function lone(expression: Expression): Renderer {
  return (scope, meter) => {
    const value = evaluate(expression, scope);
    meter.addValue(value);
    return value;
  };
}

/** WD1 and WD2: strings as they are, other values as compact JSON. */
function inText(expression: Expression): (scope: Scope, meter: Meter) => string {
  return (scope, meter) => {
    const value = evaluate(expression, scope);
    if (typeof value === 'string') return value;
    // Counted before it is written, so that a huge or very deep value is refused first.
    if (typeof value === 'object' && value !== null) meter.addValue(value);
    return JSON.stringify(value);
  };
}

function evaluate({ operands }: Expression, scope: Scope): Json {
  const last = operands.length - 1;
  for (const [at, operand] of operands.entries()) {
    const value = 'path' in operand ? lookUp(operand.path, scope) : operand.value;
    if (value !== undefined && (value !== null || at === last)) return value;
    if (at === last && 'path' in operand) throw missingPath(operand.path, scope);
  }
  return null;
}

function compileList(list: readonly Json[], depth: number): Compiled {
  const items = list.map((item) => compile(item, depth + 1));
  if (items.every((item) => 'constant' in item)) return { constant: items.map(({ constant }) => constant) };
  return {
    renderer: (scope, meter) => {
      const out: Json[] = [];
      for (const item of items) out.push('constant' in item ? item.constant : item.renderer(scope, meter));
      return out;
    },
  };
}

function compileObject(object: JsonObject, depth: number): Compiled {
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  const members = keys.map((key) => ({ key, value: compile(object[key] as Json, depth + 1) }));
  const hasPrototypeKey = keys.includes('__proto__');
  const build = (valueFrom: (compiled: Compiled) => Json): JsonObject => {
    const out: JsonObject = {};
    for (const { key, value } of members) {
      if (hasPrototypeKey) define(out, key, valueFrom(value));
      else out[key] = valueFrom(value);
    }
    return out;
  };
  if (members.every(({ value }) => 'constant' in value))
    return { constant: build((compiled) => ('constant' in compiled ? compiled.constant : null)) };
  return {
    renderer: (scope, meter) =>
      build((compiled) => ('constant' in compiled ? compiled.constant : compiled.renderer(scope, meter))),
  };
}

/** Assigning to `__proto__` would change the object's prototype instead. */
function define(object: JsonObject, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
