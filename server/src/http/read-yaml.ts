import { isUtf8 } from 'node:buffer';
import { type Document, isScalar, parseDocument, visit } from 'yaml';
import { invalidRequest, WeirError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import { readJson } from './read-json.ts';
import { assertJsonWithin, DEFAULT_JSON_LIMITS, type JsonLimits } from './request-guard-json.ts';

/** YAML takes far longer to read than JSON of the same length: this much takes a tenth of a second, at worst one. */
export const MAX_YAML_BYTES = 65_536;
/** Enough for anchors that people write; a document that multiplies itself needs more. */
const MAX_ALIASES = 100;
/** The parser's own search for duplicate keys, and its pretty errors, take quadratic time. */
const LINEAR = { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;

/** Is a body of this content type YAML? */
export function isYaml(contentType: string | undefined): boolean {
  return /^(?:application|text)\/(?:x-)?yaml(?:\s*;|$)/i.test(contentType ?? '');
}

/** A body as a JSON object, written in YAML. Throws `request.invalid` that says where, or `request.too_large`. */
export function readYaml(body: Buffer, limits: JsonLimits = DEFAULT_JSON_LIMITS): JsonObject {
  if (body.length > MAX_YAML_BYTES) {
    throw new WeirError('request.too_large', {
      message: `A body in YAML may have ${MAX_YAML_BYTES} bytes; write a longer document as JSON.`,
      details: { limit: MAX_YAML_BYTES },
    });
  }
  if (!isUtf8(body)) throw invalidRequest('body', 'is not valid UTF-8.');
  const text = body.toString('utf8');
  const document = parseDocument(text, LINEAR);
  const [error] = document.errors;
  if (error !== undefined) {
    throw invalidRequest('body', `is not valid YAML: ${spelt(error.code)}, ${placeOf(text, error.pos[0])}.`);
  }
  assertUniqueKeys(document, text);
  // Through JSON text, so that what YAML knows and JSON does not (NaN, keys that are no text) is gone.
  const json = Buffer.from(JSON.stringify(plainValue(document)) ?? 'null');
  assertJsonWithin(json, limits);
  return readJson(json);
}

function plainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw invalidRequest('body', `names something that is not there, or uses anchors more than ${MAX_ALIASES} times.`);
  }
}

function assertUniqueKeys(document: Document, text: string): void {
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) {
          throw invalidRequest('body', `has a key twice in one place: ${placeOf(text, key.range?.[0] ?? 0)}.`);
        }
        seen.add(name);
      }
    },
  });
}

/** The parser's own messages repeat the body. */
function spelt(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
