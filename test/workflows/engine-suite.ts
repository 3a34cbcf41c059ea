import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Execution, InboxItem } from '../../server/src/features/workflows/workflows.ts';
import type { Json } from '../../server/src/kernel/json.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { BY, engineStand, type Stand, type StandOptions } from './engine-stand.ts';

const NEVER = new AbortController().signal;

/** A database for one test. */
export type Prepare = () => Promise<{ storage: Storage; remove(): Promise<void> }>;

/** What a test of the engine has besides its stand. */
export interface EngineSuite {
  readonly storage: Storage;
  /** Taken for dead; what they still try is no problem of the test. */
  readonly gone: Stand[];
  /** An engine that runs. */
  stand(options?: Omit<StandOptions, 'storage'>): Promise<Stand>;
}

/** Tests of the engine, each on a database of its own; what it reports as a problem fails them. */
export function engineSuite(title: string, prepare: Prepare, tests: (suite: EngineSuite) => void): void {
  describe(title, () => {
    let storage: Storage;
    let remove: () => Promise<void>;
    let stands: Stand[] = [];
    let gone: Stand[] = [];
    beforeEach(async () => {
      ({ storage, remove } = await prepare());
      stands = [];
      gone = [];
    });
    afterEach(async () => {
      await Promise.all([...stands, ...gone].map(({ engine }) => engine.stop(0)));
      expect(stands.flatMap(({ problems }) => problems)).toEqual([]);
      await storage.close();
      await remove();
    });
    tests({
      get storage() {
        return storage;
      },
      get gone() {
        return gone;
      },
      async stand(options = {}) {
        const made = engineStand({ storage, ...options });
        stands.push(made);
        await made.engine.start();
        return made;
      },
    });
  });
}

export function statuses({ steps }: Execution): Record<string, string> {
  return Object.fromEntries(steps.map(({ path, status }) => [path, status]));
}

export function step({ steps }: Execution, path: string) {
  return steps.find((each) => each.path === path);
}

export async function until(what: () => unknown | Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await what()) return;
    await pause(10, NEVER);
  }
  throw new Error('it did not come to that');
}

export function approve(of: Pick<Stand, 'workflows'>, id: string, data?: Json): Promise<InboxItem> {
  return decide(of, id, { decision: 'approve', ...(data === undefined ? {} : { data }) });
}

export async function decide(
  of: Pick<Stand, 'workflows'>,
  id: string,
  answer: { decision: 'approve' | 'reject'; data?: Json },
): Promise<InboxItem> {
  const [item] = await of.workflows.inbox.list({ projectId: 'project_1', runId: id, status: 'open', limit: 1 });
  return of.workflows.inbox.decide(BY, item?.id ?? '', answer);
}
