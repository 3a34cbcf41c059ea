import { expect, test } from 'vitest';
import type { LogServiceRow, Storage } from '../../server/src/ports/storage.ts';

const SERVICE: Omit<LogServiceRow, 'id'> = {
  project_id: 'project_1',
  name: 'web-api',
  team_id: null,
  activated: '[]',
  full_fidelity_until: null,
  boosts: '[]',
  created_at: 1_800_000_000_000,
};
const VERSION = { service_id: 1, summary: '{"author":"key_1"}', document: '{"x":1}', created_at: 1_800_000_000_000 };

/** What every backend promises of services and the versions of their policies. */
export function logPolicies(storage: () => Storage): void {
  test('makes a log service once, however many claim it, and numbers services over all projects', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => storage().logServices.claim(SERVICE)));
    expect(new Set(made.map(({ id }) => id))).toEqual(new Set([1]));
    const other = await storage().logServices.claim({ ...SERVICE, project_id: 'project_2', team_id: 7 });
    expect(other).toEqual({ ...SERVICE, project_id: 'project_2', team_id: 7, id: 2 });
    expect(await storage().logServices.all('project_1')).toEqual([{ ...SERVICE, id: 1 }]);
    expect(await storage().logServices.get('project_2', 'web-api')).toEqual(other);
    expect(await storage().logServices.get('project_2', 'worker')).toBeUndefined();
  });

  test('changes of a log service only what is patched', async () => {
    await storage().logServices.claim(SERVICE);
    await storage().logServices.update(1, {});
    await storage().logServices.update(1, { activated: '[1]', full_fidelity_until: 1_900_000_000_000 });
    await storage().logServices.update(1, { full_fidelity_until: null });
    await storage().logServices.update(9, { activated: '[9]' });
    expect(await storage().logServices.all('project_1')).toEqual([{ ...SERVICE, id: 1, activated: '[1]' }]);
  });

  test('numbers versions of log policies without gap or double, however many come at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, at) => storage().logPolicies.append({ ...VERSION, service_id: 1 + (at % 2) })),
    );
    const numbers = (values: number[]) => values.sort((a, b) => a - b);
    expect(numbers(all.map(({ policy_id }) => policy_id))).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    for (const service of [0, 1]) {
      const versions = all.filter((_, at) => at % 2 === service).map(({ version }) => version);
      expect(numbers(versions)).toEqual(Array.from({ length: 10 }, (_, at) => at + 1));
    }
  });

  test('gives a version of a log policy whole, and lists versions newest first without their documents', async () => {
    for (const x of [1, 2, 3]) await storage().logPolicies.append({ ...VERSION, document: `{"x":${x}}` });
    await storage().logPolicies.append({ ...VERSION, service_id: 2 });
    expect(await storage().logPolicies.get(1, 2)).toEqual({
      ...VERSION,
      policy_id: 2,
      version: 2,
      document: '{"x":2}',
    });
    expect(await storage().logPolicies.get(2, 2)).toBeUndefined();
    const first = await storage().logPolicies.list({ serviceId: 1, limit: 2 });
    const { document: _, ...listed } = VERSION;
    expect(first).toEqual([
      { ...listed, policy_id: 3, version: 3 },
      { ...listed, policy_id: 2, version: 2 },
    ]);
    const second = await storage().logPolicies.list({ serviceId: 1, limit: 2, before: 2 });
    expect(second.map(({ version }) => version)).toEqual([1]);
  });
}
