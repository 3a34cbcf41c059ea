import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../compose/system-clock.ts';
import type { ResponseFormat } from '../kernel/chat.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { TextCheck } from '../ports/reply-check.ts';
import { ThreadedReplyChecker } from './reply-checker.ts';

const checkers: ThreadedReplyChecker[] = [];
afterEach(() => Promise.all(checkers.splice(0).map((checker) => checker.close())));

function newChecker(deadlineMs = 5000): ThreadedReplyChecker {
  const checker = new ThreadedReplyChecker({ clock: systemClock, deadlineMs, maxCharacters: 10_000, maxDepth: 64 });
  checkers.push(checker);
  return checker;
}

const SCHEMA: JsonObject = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };

function asJson(text: string, schema: JsonObject = SCHEMA): TextCheck {
  const format: ResponseFormat = { kind: 'json-schema', name: 'reply', schema };
  return { projectId: 'p', text, format, repair: true, sanitize: 'none' };
}

/** Twice as much work with every level, on any value. */
function bomb(levels: number): JsonObject {
  const $defs: JsonObject = { d0: { type: 'integer' } };
  for (let at = 1; at <= levels; at++) {
    const half = { $ref: `#/$defs/d${at - 1}` };
    $defs[`d${at}`] = { allOf: [half, half] };
  }
  return { $defs, $ref: `#/$defs/d${levels}` };
}

describe('the checker of replies', () => {
  it('checks at once, without waiting, what is valid against a schema that is often asked for', async () => {
    const checker = newChecker();
    await checker.read(SCHEMA, 'p');
    for (let at = 0; at < 4; at++) expect((await checker.check(asJson('{"n":1}'))).outcome).toBe('valid');
    // The validator is loaded beside the calls.
    await import('./compile-schema.ts');
    const verdict = checker.check(asJson('{"n":1}'));
    expect(verdict).not.toBeInstanceOf(Promise);
    expect(verdict).toMatchObject({ outcome: 'valid', text: '{"n":1}' });
    expect((await checker.check(asJson('{"n":"x"}'))).outcome).toBe('invalid');
    expect((await checker.check(asJson('{"n":1,}'))).outcome).toBe('repaired');
  });

  it('needs no other thread for JSON without a schema and for texts with nothing to sanitise', () => {
    const checker = newChecker();
    const any: ResponseFormat = { kind: 'json' };
    expect(
      checker.check({ projectId: 'p', text: '{"a":1}', format: any, repair: true, sanitize: 'none' }),
    ).toMatchObject({
      outcome: 'valid',
    });
    const plain = {
      projectId: 'p',
      text: 'plain words',
      format: undefined,
      repair: false,
      sanitize: 'strip-active',
    } as const;
    expect(checker.check(plain)).toMatchObject({ outcome: 'valid', text: 'plain words' });
  });

  it('ends a check that takes too long, and goes on with the next in time', async () => {
    const checker = newChecker(300);
    await checker.read(SCHEMA, 'p');
    const endless = checker.check(asJson('1', bomb(40)));
    const next = checker.check(asJson('{"n":1}'));
    expect(await endless).toMatchObject({
      outcome: 'invalid',
      problems: [{ error_type: 'unchecked', recoverable: false }],
    });
    expect((await next).outcome).toBe('valid');
  });

  it('lets no project wait for more than one check of another whose schemas take long', async () => {
    const checker = newChecker(300);
    await checker.read(SCHEMA, 'quick');
    let ended = 0;
    const slow = [40, 41, 42, 43].map(async (levels) => {
      const verdict = await checker.check({ ...asJson('1', bomb(levels)), projectId: 'slow' });
      ended++;
      return verdict.outcome;
    });
    const quick = [1, 2, 3].map(async (n) => {
      const verdict = await checker.check({ ...asJson(`{"n":${n},}`), projectId: 'quick' });
      return [verdict.outcome, ended];
    });
    expect(await Promise.all(quick)).toEqual(quick.map(() => ['repaired', 1]));
    expect(await Promise.all(slow)).toEqual(['invalid', 'invalid', 'invalid', 'invalid']);
  });

  it('keeps the event loop free while it checks a large reply', async () => {
    const checker = newChecker(20_000);
    await checker.read(SCHEMA, 'p');
    const text = `{"n":1,"more":[${'{"a":"b"},'.repeat(300_000)}1]}`;
    const started = performance.now();
    const checking = checker.check(asJson(text));
    expect(performance.now() - started).toBeLessThan(100);
    expect((await checking).outcome).toBe('valid');
  });

  it('reads a schema once and says why one cannot be used', async () => {
    const checker = newChecker();
    expect(await checker.read({ $ref: 'https://example.com/x.json' }, 'p')).toMatchObject({
      problem: { message: expect.stringContaining('$ref leads outside') },
    });
    expect(await checker.read({ type: 'strng' }, 'p')).toMatchObject({ problem: { message: expect.any(String) } });
    expect(await checker.read({ description: 'x'.repeat(20_000) }, 'p')).toMatchObject({
      problem: { message: expect.stringContaining('validation.max_schema_characters') },
    });
    await checker.read(SCHEMA, 'p');
    expect(checker.read(SCHEMA, 'p')).toEqual({ problem: undefined, untried: [] });
  });

  it('goes on when more schemas came than it remembers', async () => {
    const checker = newChecker();
    for (let at = 0; at < 300; at++) await checker.read({ ...SCHEMA, title: `schema ${at}` }, 'p');
    await checker.read(SCHEMA, 'p');
    expect((await checker.check(asJson('{"n":1}'))).outcome).toBe('valid');
  });
});
