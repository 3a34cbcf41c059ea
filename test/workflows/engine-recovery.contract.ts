import { describe, expect, test } from 'vitest';
import { WeirError } from '../../server/src/kernel/errors.ts';
import type { Json, JsonObject } from '../../server/src/kernel/json.ts';
import { NO_TOKENS } from '../../server/src/kernel/usage-record.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import { BY, engineStand, type Stand, type StandOptions, sampling, tool } from './engine-stand.ts';
import { approve, type EngineSuite, statuses, step, until } from './engine-suite.ts';

const NEVER = new AbortController().signal;

/** What is left of runs whose process is gone, and how they go on, here or in another one. */
export function recoveryContract(suite: EngineSuite): void {
  test('parks a run that waits for a time, and another process goes on with it', async () => {
    const first = await suite.stand({ home: 'a' });
    const id = await first.begin({
      name: 'f',
      steps: [tool('before'), { name: 'w', type: 'wait', config: { ms: 300 } }, tool('after')],
    });
    await until(async () => (await suite.storage.workflows.runs.get('project_1', id))?.status === 'waiting');
    await first.engine.stop(0);
    const second = await suite.stand({ home: 'b' });
    await until(() => second.calls.includes('after'));
    expect(await second.settled(id)).toMatchObject({ status: 'completed' });
    expect([first.calls, second.calls]).toEqual([['before'], ['after']]);
  });

  describe('after its process is gone', () => {
    /** A process that stands still in the middle of the tool `hang` and is taken for dead. */
    async function dead(document: JsonObject, effects: StandOptions['effects'] = {}) {
      const hang = () => new Promise<never>(() => {});
      const first = engineStand({ storage: suite.storage, tools: { hang }, effects });
      suite.gone.push(first);
      await first.engine.start();
      const id = await first.begin(document);
      await until(() => first.calls.includes('hang'));
      return { first, id };
    }

    test('the run goes on where it was: nothing finished runs twice, what was in flight is done with the same key', async () => {
      const { first, id } = await dead({
        name: 'f',
        steps: [tool('a'), tool('hang', { effect: 'idempotent' }), tool('b')],
      });
      const second = await suite.stand();
      expect(await second.settled(id)).toMatchObject({ status: 'completed' });
      expect([first.calls, second.calls]).toEqual([
        ['a', 'hang'],
        ['hang', 'b'],
      ]);
      expect(second.attempts[0]?.idempotencyKey).toBe(first.attempts[1]?.idempotencyKey);
      expect(second.attempts[0]?.number).toBe(2);
    });

    test('the old process cannot write any more, whatever it still does', async () => {
      let go: (value: Json) => void = () => {};
      const first = engineStand({
        storage: suite.storage,
        tools: {
          hang: () =>
            new Promise<Json>((resolve) => {
              go = resolve;
            }),
        },
      });
      await first.engine.start();
      const id = await first.begin({ name: 'f', steps: [tool('hang'), tool('after')] });
      await until(() => first.calls.includes('hang'));
      const second = await suite.stand({ tools: { hang: () => 'second' } });
      expect(await second.settled(id)).toMatchObject({ status: 'completed' });
      go('first');
      await until(() => first.engine.running === 0);
      expect(first.calls).toEqual(['hang']);
      expect(step(await second.settled(id), 'hang')?.output).toBe('second');
      await first.engine.stop(0);
    });

    test.each<[string, Json, object]>([
      ['it happened', { outcome: 'happened', output: 'sent' }, { status: 'completed', output: 'sent' }],
      ['it did not', { outcome: 'not_happened' }, { status: 'completed', output: 'again' }],
      ['leave it out', { outcome: 'skip' }, { status: 'skipped', output: null }],
    ])('a step that must happen once asks a person; %s', async (_what, data, expected) => {
      const { id } = await dead({ name: 'f', steps: [tool('hang'), tool('after')] }, { hang: 'once' });
      const second = await suite.stand({ effects: { hang: 'once' }, tools: { hang: () => 'again' } });
      expect(statuses(await second.settled(id))).toEqual({ hang: 'needs_attention' });
      expect(second.calls).toEqual([]);
      const [item] = await second.workflows.inbox.list({ projectId: 'project_1', limit: 9 });
      expect(item).toMatchObject({ kind: 'needs_attention', execution_id: id, step: 'hang' });
      await approve(second, id, data);
      await until(async () => (await second.workflows.execution('project_1', id)).ended_at !== null);
      const done = await second.settled(id);
      expect(done.status).toBe('completed');
      expect(step(done, 'hang')).toMatchObject(expected);
      expect(second.calls).toEqual(
        'outcome' in (data as object) && (data as JsonObject).outcome === 'not_happened'
          ? ['hang', 'after']
          : ['after'],
      );
    });

    test('an answer that was kept is not asked for again, and its cost is the ledger’s', async () => {
      const ledger = new Map();
      let isKept = false;
      const afterKeep = () => {
        isKept = true;
        return new Promise<never>(() => {});
      };
      const first = engineStand({ storage: suite.storage, ledger, afterKeep });
      await first.engine.start();
      const id = await first.begin({ name: 'f', steps: [sampling('ask'), tool('after')] });
      await until(() => isKept);
      // The ledger settles by estimate what died before its record.
      const requestId = first.attempts[0]?.requestId ?? '';
      const attempts = [{ model: 'tiny', tokens: { ...NO_TOKENS, output: 5 }, cost_nano_usd: 900 }];
      const place = { run_id: id, step: 'ask', request_id: requestId };
      ledger.set(requestId, { ...place, cost_nano_usd: 900, tokens_used: 5, model: 'tiny', attempts });
      const second = await suite.stand({ ledger });
      const done = await second.settled(id);
      expect(done).toMatchObject({ status: 'completed', cost_usd: 0.0000009, tokens_used: 5 });
      expect(second.calls).toEqual(['after']);
      expect(step(done, 'ask')).toMatchObject({ output: { name: 'ask' }, retry_count: 0 });
      expect(done.modelBreakdown).toEqual({ tiny: { calls: 1, tokens_used: 5, cost_usd: 0.0000009 } });
    });
  });

  test('WD8: dies at any commit, before or after it, and goes on without a loss or a repetition', async () => {
    const document = (name: string) => ({
      name,
      steps: [
        tool('send', { effect: 'once' }),
        sampling('ask'),
        { name: 'p', type: 'parallel', config: { steps: [tool('a', { effect: 'once' }), sampling('b')] } },
        { name: 's', type: 'set', config: { values: '{{steps.ask.output.name}}' } },
        tool('end', { effect: 'once' }),
      ],
    });
    let tried = 0;
    for (let commit = 1; ; commit++) {
      let wasReached = false;
      for (const side of ['before', 'after'] as const) {
        const ledger = new Map();
        let isDead = false;
        const died = () => {
          isDead = true;
        };
        const first = engineStand({ storage: suite.storage, ledger, diesAt: { commit, side, died } });
        await first.engine.start();
        const id = await first.begin(document(`${commit} ${side}`));
        await until(async () => isDead || (await first.workflows.execution('project_1', id)).ended_at !== null);
        wasReached ||= isDead;
        const second = engineStand({ storage: suite.storage, ledger });
        await second.engine.start();
        await until(async () => {
          for (const item of await second.workflows.inbox.list({
            projectId: 'project_1',
            runId: id,
            status: 'open',
            limit: 9,
          })) {
            const hasHappened = first.calls.includes(String(item.step?.split('/').at(-1)));
            await second.workflows.inbox.decide(BY, item.id, {
              decision: 'approve',
              data: { outcome: hasHappened ? 'happened' : 'not_happened' },
            });
          }
          return (await second.workflows.execution('project_1', id)).ended_at !== null;
        });
        const at = `${commit} ${side}`;
        const done = await second.workflows.execution('project_1', id);
        expect([at, done.status]).toEqual([at, 'completed']);
        const calls = [...first.calls, ...second.calls];
        for (const name of ['send', 'a', 'end'])
          expect([at, name, calls.filter((each) => each === name).length]).toEqual([at, name, 1]);
        const paid = [...ledger.values()].filter(({ success }) => success);
        expect([at, paid.length]).toEqual([
          at,
          2 - [...done.steps].filter(({ cost_usd, type }) => type === 'sampling' && cost_usd === 0).length,
        ]);
        tried++;
        await second.engine.stop(0);
      }
      if (!wasReached) break;
    }
    expect(tried).toBeGreaterThan(10);
  }, 120_000);

  test('forks from any step at no cost for what is before it, also with another definition', async () => {
    const one = await suite.stand({
      tools: { bad: () => Promise.reject(new WeirError('request.invalid', { message: 'no' })) },
    });
    const document = (last: JsonObject) => ({ name: 'f', steps: [sampling('a'), sampling('b'), last] });
    const failed = await one.run(document(tool('bad')));
    expect(failed).toMatchObject({ status: 'failed', cost_usd: 0.000002 });
    one.calls.length = 0;
    const { id } = await one.workflows.fork(BY, failed.id, { document: document(tool('good')) });
    const forked = await one.settled(id);
    expect(forked).toMatchObject({
      status: 'completed',
      cost_usd: 0,
      version: 2,
      forked_from: failed.id,
      modelBreakdown: {},
    });
    expect(forked.steps).toMatchObject([
      { reused_from: failed.id, cost_usd: 0 },
      { reused_from: failed.id },
      { reused_from: null },
    ]);
    expect(one.calls).toEqual(['good']);
    const again = await one.workflows.fork(BY, id, { fromStep: 'b' });
    expect(await one.settled(again.id)).toMatchObject({
      status: 'completed',
      cost_usd: 0.000001,
      steps: [{ reused_from: failed.id }, { reused_from: null }, {}],
    });
    await expect(one.workflows.fork(BY, id, { fromStep: 'nowhere' })).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });

  test('goes on with a failed run in its place, from where it failed', async () => {
    let isMended = false;
    const one = await suite.stand({
      tools: { bad: () => (isMended ? 'good' : Promise.reject(new WeirError('request.invalid', { message: 'no' }))) },
    });
    const failed = await one.run({
      name: 'f',
      steps: [sampling('a'), { name: 'p', type: 'parallel', config: { steps: [tool('b'), tool('bad')] } }, tool('c')],
    });
    expect(failed.status).toBe('failed');
    isMended = true;
    await one.workflows.resume(BY, failed.id, {});
    const done = await one.settled(failed.id);
    expect(done).toMatchObject({ id: failed.id, status: 'completed', cost_usd: 0.000001, error: null });
    expect(one.calls).toEqual(['a', 'b', 'bad', 'bad', 'c']);
    await expect(one.workflows.resume(BY, failed.id, {})).rejects.toMatchObject({ code: 'conflict' });
  });

  test('starts one run for a dedupe key, however often it is asked', async () => {
    const one = await suite.stand();
    const { id } = await one.workflows.create(BY, { name: 'f', steps: [tool('a')] });
    const all = await Promise.all(
      Array.from({ length: 5 }, () =>
        one.workflows.execute(BY, { workflowId: id, trigger: 'webhook', dedupeKey: 'event 1' }),
      ),
    );
    expect(new Set(all.map((each) => each.id)).size).toBe(1);
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  test('tells of every change once, from any number on', async () => {
    const one = await suite.stand();
    const id = await one.begin({
      name: 'f',
      steps: [tool('a'), { name: 'ask', type: 'approval', config: { message: '?' } }, tool('b')],
    });
    const seen = async (aboveSequence: number, signal: AbortSignal) => {
      const events = [];
      for await (const event of one.workflows.events('project_1', id, { aboveSequence, signal })) events.push(event);
      return events;
    };
    const all = seen(0, NEVER);
    await one.settled(id);
    await approve(one, id);
    const events = await all;
    expect(events.at(-1)?.execution.status).toBe('completed');
    const sequences = events.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(new Set(events.flatMap(({ steps }) => steps.map(({ path }) => path)))).toEqual(new Set(['a', 'ask', 'b']));
    const last = sequences.at(-1) ?? 0;
    expect((await seen(last - 1, NEVER)).map(({ sequence }) => sequence)).toEqual([last]);
    expect(await seen(last, NEVER)).toEqual([]);
  });

  test('keeps what users said unreadable in the database', async () => {
    const { run } = await suite.stand();
    await run({ name: 'f', steps: [tool('a', { params: { text: 'secret words' } })] }, { text: 'secret words' });
    const [row] = await suite.storage.workflows.runs.list({ projectId: 'project_1', limit: 1 });
    const of = { projectId: 'project_1', runId: row?.id ?? '' };
    const rows = JSON.stringify([
      row,
      await suite.storage.workflows.runs.steps(of),
      await suite.storage.workflows.runs.attempts({ ...of, runIds: [of.runId] }),
    ]);
    expect(rows).not.toContain('secret words');
  });

  test('ends within seconds while the database is away, and the next process goes on', async () => {
    let isAway = false;
    const { commit } = suite.storage.workflows.runs;
    const away: Storage = {
      ...suite.storage,
      workflows: {
        ...suite.storage.workflows,
        runs: {
          ...suite.storage.workflows.runs,
          commit: (write) => (isAway ? Promise.reject(new WeirError('store.unavailable')) : commit(write)),
        },
      },
    };
    const { promise: slowly, resolve: go } = Promise.withResolvers<Json>();
    const first = engineStand({ storage: away, tools: { slow: () => slowly } });
    await first.engine.start();
    const id = await first.begin({ name: 'f', steps: [tool('slow'), tool('after')] });
    await until(() => first.calls.includes('slow'));
    isAway = true;
    go('done');
    await first.engine.stop(100);
    expect(first.calls).toEqual(['slow']);
    const second = await suite.stand({ tools: { slow: () => 'done again' } });
    expect(await second.settled(id)).toMatchObject({ status: 'completed' });
  }, 20_000);

  test('shares runs among processes, each run in one', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((home) => suite.stand({ home, maxRunning: 4 })));
    const [first] = all as [Stand];
    const { id } = await first.workflows.create(BY, {
      name: 'f',
      steps: Array.from({ length: 4 }, (_, at) => tool(`s${at}`)),
    });
    const runs = await Promise.all(
      Array.from({ length: 30 }, () => first.workflows.execute(BY, { workflowId: id, trigger: 'api' })),
    );
    const done = await Promise.all(runs.map((each) => first.settled(each.id)));
    expect(new Set(done.map(({ status }) => status))).toEqual(new Set(['completed']));
    expect(all.flatMap(({ calls }) => calls)).toHaveLength(120);
  });
}
