import { describe, expect, test } from 'vitest';
import { fakeCall } from '../../../../test/chaos/support/gateway-fixture.ts';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { Part } from '../../kernel/chat.ts';
import { isWeirError } from '../../kernel/errors.ts';
import type { GuardMode, GuardPlan, GuardPolicy } from '../../ports/guard-policy.ts';
import type { GuardScanner, GuardVerdict } from '../../ports/guard-scanner.ts';
import type { InlineDetection } from '../../ports/guardrail.ts';
import { callTexts } from '../../protocols/call-texts/call-texts.ts';
import type { GuardServices } from '../guarding/guard-services.ts';
import { guardInput } from './guard-input.ts';
import { guardOutput } from './guard-output.ts';

/** Finds the word BAD. */
const hitsOf = (text: string): InlineDetection[] => {
  const start = text.indexOf('BAD');
  return start < 0 ? [] : [{ guardrail: 'harmful', type: 'bad', start, end: start + 3, score: 1 }];
};
const verdictOf = (text: string): GuardVerdict => ({ score: 1, hits: hitsOf(text) });

function planFor(mode: Exclude<GuardMode, 'off'>): GuardPlan {
  return {
    version: 'v',
    rules: [{ guardrail: 'harmful', mode, threshold: undefined }],
    custom: [],
    outside: [],
    isStrict: mode !== 'monitor',
    inBackground: mode === 'monitor',
  };
}

function stand(mode: GuardMode, of: { scanner?: Partial<GuardScanner>; onError?: 'block' | 'pass' } = {}) {
  const log: string[] = [];
  const plan = mode === 'off' ? undefined : planFor(mode);
  const policy: GuardPolicy | undefined =
    plan === undefined
      ? undefined
      : {
          version: 'v',
          input: plan,
          output: plan,
          deadlineMs: 50,
          onError: of.onError ?? 'block',
          blockedStatus: 400,
        };
  const services: GuardServices = {
    policy: () => policy,
    texts: {
      ...callTexts,
      ofRequest(payload) {
        log.push('read');
        return callTexts.ofRequest(payload);
      },
    },
    scanner: {
      inline: ({ text }) => hitsOf(text),
      now: ({ text }) => verdictOf(text),
      async full(texts) {
        log.push('full');
        return texts.map(({ text }) => verdictOf(text));
      },
      later(texts, _plan, done) {
        log.push('later');
        done(texts.map(({ text }) => verdictOf(text)));
      },
      redact: (text) => text.replaceAll('BAD', '[BAD]'),
      ...of.scanner,
    },
    askOutside: () => Promise.reject(new Error('nobody is asked')),
    observer: {
      checked: () => undefined,
      found: () => undefined,
      unscanned: () => void log.push('unscanned'),
      blocked: () => void log.push('blocked'),
    },
    clock: new ManualClock(),
  };
  const call = (content: string, stream = false) =>
    fakeCall({ body: { model: 'gpt-4o-mini', stream, messages: [{ role: 'user', content }] } });
  return { services, log, call };
}

async function send(services: GuardServices, call: ReturnType<typeof fakeCall>, log: string[]) {
  try {
    await guardInput(services).around?.(call, async () => void log.push('sent'));
    return undefined;
  } catch (thrown) {
    if (isWeirError(thrown)) return thrown;
    throw thrown;
  }
}

describe('what goes out', () => {
  test('is not even read when nothing guards it', async () => {
    const { services, log, call } = stand('off');
    const next = Promise.resolve();
    expect(guardInput(services).around?.(call('BAD'), () => next)).toBe(next);
    expect(guardOutput(services).around?.(call('BAD'), () => next)).toBe(next);
    expect(log).toEqual([]);
  });

  test('leaves at once when guardrails only watch; the full detectors look afterwards', async () => {
    const { services, log, call } = stand('monitor');
    const watched = call('BAD');
    expect(await send(services, watched, log)).toBeUndefined();
    expect(log).toEqual(['read', 'sent', 'later']);
    expect(watched.findings).toMatchObject([{ guardrail: 'harmful', action: 'monitor', origin: 'user' }]);
  });

  test('that must be blocked is an error that names guardrail and place, and never the text', async () => {
    const { services, log, call } = stand('block');
    const blocked = call('very BAD words');
    const error = await send(services, blocked, log);
    expect(error).toMatchObject({ code: 'guard.blocked', status: 400, param: 'messages[0].content' });
    expect(error?.details).toMatchObject({ type: 'harmful', kind: 'bad', start: 5, end: 8 });
    expect(JSON.stringify([error?.message, error?.details, blocked.findings])).not.toContain('BAD');
    expect(log).not.toContain('sent');
  });

  test('leaves redacted', async () => {
    const { services, log, call } = stand('redact');
    const redacted = call('a BAD word');
    await send(services, redacted, log);
    if (redacted.payload.kind !== 'chat') throw new Error('another kind');
    expect(redacted.payload.request.body.toString()).toContain('a [BAD] word');
    expect(redacted.adjusted).toEqual(['request=redacted']);
  });
});

const brokenScanner: Partial<GuardScanner> = {
  inline: () => [],
  now: () => {
    throw new Error('a bug of a detector');
  },
  full: () => Promise.reject(new Error('too late')),
  later: (_texts, _plan, done) => done(undefined),
};

describe('F57: a detector that throws or comes too late', () => {
  test.each(['block', 'redact'] as const)('ends the call where it must %s', async (mode) => {
    const { services, log, call } = stand(mode, { scanner: brokenScanner });
    const error = await send(services, call('anything'), log);
    expect(error).toMatchObject({ code: 'guard.blocked', status: 503, retryable: true });
    expect(error?.details).toMatchObject({ type: 'harmful', kind: 'unchecked' });
    expect(log).toEqual(['read', 'unscanned']);
  });

  test('lets the call pass where it watches, marked and counted', async () => {
    const { services, log, call } = stand('monitor', { scanner: brokenScanner });
    const watched = call('anything');
    expect(await send(services, watched, log)).toBeUndefined();
    expect(log).toEqual(['read', 'sent', 'unscanned']);
    expect(watched.findings).toMatchObject([{ type: 'unscanned', action: 'monitor' }]);
  });

  test('lets the call pass where the operator said so', async () => {
    const { services, log, call } = stand('block', { scanner: brokenScanner, onError: 'pass' });
    expect(await send(services, call('anything'), log)).toBeUndefined();
    expect(log).toEqual(['read', 'unscanned', 'sent']);
  });

  test('in the inline tier stops no call that is only watched', async () => {
    const inline = () => {
      throw new Error('a bug of a detector');
    };
    const { services, log, call } = stand('monitor', { scanner: { inline } });
    expect(await send(services, call('anything'), log)).toBeUndefined();
    expect(log).toContain('sent');
  });

  test('ends a stream that must be guarded before anything unchecked leaves', async () => {
    const { services, call } = stand('block', { scanner: brokenScanner });
    const streamed = call('anything', true);
    const stage = guardOutput(services);
    await stage.around?.(streamed, async () => undefined);
    const left: Part[] = [];
    const say = (part: Part) => stage.part?.(streamed, part, (emitted) => left.push(emitted));
    expect(() => {
      say({ type: 'text-delta', choice: 0, block: 0, text: 'words '.repeat(100) });
      say({ type: 'end' });
    }).toThrow(expect.objectContaining({ code: 'guard.blocked', status: 503 }));
    expect(left).toEqual([]);
  });
});

describe('streams', () => {
  const parts = (text: string): Part[] => [
    { type: 'start', id: 'x', model: 'm', createdS: 1 },
    ...[...text].map((piece): Part => ({ type: 'text-delta', choice: 0, block: 0, text: piece })),
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'finish', choice: 0, reason: 'stop' },
    { type: 'end' },
  ];
  async function through(mode: GuardMode, text: string) {
    const { services, log, call } = stand(mode);
    const streamed = call('ask', true);
    const stage = guardOutput(services);
    await stage.around?.(streamed, async () => undefined);
    const left: Part[] = [];
    for (const part of parts(text)) stage.part?.(streamed, part, (emitted) => left.push(emitted));
    const said = left.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
    return { streamed, left, said, log };
  }

  test('are the very same parts when guardrails only watch, and what was found is noted', async () => {
    const sent = parts('some BAD words');
    const { left, streamed, log } = await through('monitor', 'some BAD words');
    expect(left).toEqual(sent);
    expect(streamed.outputGuard?.rewrites).toBe(false);
    expect(streamed.findings).toMatchObject([{ guardrail: 'harmful', origin: 'output' }]);
    expect(log).toEqual(['later']);
  });

  test('leave redacted, in the order of their parts', async () => {
    const { said, left } = await through('redact', `${'fine words '.repeat(50)}one BAD word`);
    expect(said).toBe(`${'fine words '.repeat(50)}one [BAD] word`);
    expect(left.slice(-3).map(({ type }) => type)).toEqual(['block-end', 'finish', 'end']);
  });

  test('begin anew with another attempt', async () => {
    const { services, call } = stand('redact');
    const streamed = call('ask', true);
    const stage = guardOutput(services);
    await stage.around?.(streamed, async () => undefined);
    const left: Part[] = [];
    const emit = (part: Part) => left.push(part);
    stage.part?.(streamed, { type: 'text-delta', choice: 0, block: 0, text: 'lost' }, emit);
    streamed.outputGuard?.begin();
    for (const part of parts('kept')) stage.part?.(streamed, part, emit);
    expect(left.filter(({ type }) => type === 'text-delta')).toMatchObject([{ text: 'kept' }]);
  });
});
