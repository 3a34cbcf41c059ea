import { expect, test } from 'vitest';
import type { LabelMoveRow, PromptRow, PromptStore, PromptVersionRow } from '../../server/src/ports/prompt-store.ts';
import type { Storage } from '../../server/src/ports/storage.ts';

const AT = 1_800_000_000_000;
const OF = { project_id: 'project_1', name: 'tutor/hello' };

const promptRow = (latest: number, more: Partial<PromptRow> = {}): PromptRow => ({
  ...OF,
  ...{ kind: 'chat', description: 'Says hello', latest, created_at: AT, updated_at: AT + latest, archived_at: null },
  ...more,
});
const versionRow = (version: number, more: Partial<PromptVersionRow> = {}): PromptVersionRow => ({
  ...OF,
  ...{ version, hash: `hash ${version}`, content: '{}', message: '', author: 'key_1', created_at: AT + version },
  ...more,
});
export const moveRow = (sequence: number, more: Partial<LabelMoveRow> = {}): LabelMoveRow => ({
  ...OF,
  ...{ label: 'production', sequence, kind: 'move', targets: `[${sequence}]`, restores: null, author: 'key_1' },
  ...{ reason: 'because', evidence: '["run_1"]', created_at: AT + sequence },
  ...more,
});

/** What prompts must keep, on every backend. */
export function prompts(storage: () => Storage): void {
  const store = (): PromptStore => storage().prompts;
  const append = (version: number, moves: readonly LabelMoveRow[] = []) =>
    store().append({ prompt: promptRow(version), version: versionRow(version), moves });

  test('keeps versions of a prompt, newest first, and which is the latest', async () => {
    for (const version of [1, 2, 3]) await append(version);
    expect((await store().get(OF.project_id, OF.name))?.prompt).toEqual(promptRow(3));
    expect(await store().version(OF.project_id, OF.name, 2)).toEqual(versionRow(2));
    const versions = (before?: number) =>
      store().versions({ projectId: OF.project_id, name: OF.name, limit: 2, before });
    expect((await versions()).map(({ version }) => version)).toEqual([3, 2]);
    expect((await versions(2)).map(({ version }) => version)).toEqual([1]);
    expect(await store().get('project_2', OF.name)).toBeUndefined();
    expect(await store().version('project_2', OF.name, 2)).toBeUndefined();
  });

  test('takes a version of a prompt once, and then nothing that came with the second', async () => {
    await append(1);
    await expect(append(1, [moveRow(1)])).rejects.toMatchObject({ code: 'conflict' });
    expect((await store().get(OF.project_id, OF.name))?.labels).toEqual([]);
  });

  test('moves labels of prompts and keeps every move', async () => {
    await append(1, [moveRow(1)]);
    await store().move(moveRow(2, { kind: 'rollback', restores: 1, targets: '[1]' }));
    const kept = await store().get(OF.project_id, OF.name);
    expect(kept?.labels).toEqual([
      { ...OF, ...{ label: 'production', targets: '[1]', protected: 0, gate: null, moves: 2, moved_at: AT + 2 } },
    ]);
    const moves = (before?: number) =>
      store().moves({ projectId: OF.project_id, name: OF.name, label: 'production', limit: 5, before });
    expect(await moves()).toEqual([moveRow(2, { kind: 'rollback', restores: 1, targets: '[1]' }), moveRow(1)]);
    expect(await moves(2)).toEqual([moveRow(1)]);
  });

  test('lets one of two move a label of a prompt at a time', async () => {
    await append(1);
    const both = await Promise.allSettled([store().move(moveRow(1)), store().move(moveRow(1, { targets: '[9]' }))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [label] = (await store().get(OF.project_id, OF.name))?.labels ?? [];
    expect(label?.moves).toBe(1);
  });

  test('keeps the rules of a label over its moves, also before the first one', async () => {
    await append(1);
    await store().setRules({ ...OF, label: 'production', protected: 1, gate: '{"dataset":"d"}' });
    await store().move(moveRow(1));
    const rules = async () => (await store().get(OF.project_id, OF.name))?.labels.map((of) => [of.protected, of.gate]);
    expect(await rules()).toEqual([[1, '{"dataset":"d"}']]);
    await store().setRules({ ...OF, label: 'production', protected: 0, gate: null });
    expect(await rules()).toEqual([[0, null]]);
    expect((await store().get(OF.project_id, OF.name))?.labels[0]?.targets).toBe('[1]');
  });

  test('lists prompts by name with their labels, archived ones left out until they have another version', async () => {
    const of = (name: string) => ({
      prompt: promptRow(1, { name }),
      version: versionRow(1, { name }),
      moves: [moveRow(1, { name })],
    });
    for (const name of ['b', 'Z', 'a/b']) await store().append(of(name));
    const list = (more: { limit: number; after?: string }) => store().list({ projectId: OF.project_id, ...more });
    const names = async (more: { limit: number; after?: string }) =>
      (await list(more)).map(({ prompt }) => prompt.name);
    expect(await names({ limit: 9 })).toEqual(['Z', 'a/b', 'b']);
    expect(await names({ limit: 1, after: 'Z' })).toEqual(['a/b']);
    expect((await list({ limit: 1 }))[0]?.labels.map(({ label }) => label)).toEqual(['production']);
    expect(await store().list({ projectId: 'project_2', limit: 9 })).toEqual([]);
    expect(await store().archive(OF.project_id, 'b', AT)).toBe(true);
    expect(await store().archive(OF.project_id, 'nobody', AT)).toBe(false);
    expect(await names({ limit: 9 })).toEqual(['Z', 'a/b']);
    expect((await store().get(OF.project_id, 'b'))?.prompt.archived_at).toBe(AT);
    const next = { prompt: promptRow(2, { name: 'b' }), version: versionRow(2, { name: 'b' }), moves: [] };
    await store().append(next);
    expect(await names({ limit: 9 })).toEqual(['Z', 'a/b', 'b']);
    expect(await store().projectsWith('b')).toEqual([OF.project_id]);
  });
}
