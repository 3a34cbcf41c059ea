import { describe, expect, test } from 'vitest';
import { BatchTurns } from './batch-turns.ts';

function stage() {
  const turns = new BatchTurns({ mostOfProject: 2, most: 3 });
  const started: string[] = [];
  const take = (id: string, projectId: string) => void turns.take(id, projectId).then(() => started.push(id));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { turns, started, take, settled };
}

describe('batches', () => {
  test('of one project wait for each other and leave room for those of others', async () => {
    const { turns, started, take, settled } = stage();
    for (const id of ['a1', 'a2', 'a3', 'a4']) take(id, 'a');
    for (const id of ['b1', 'b2']) take(id, 'b');
    await settled();
    expect(started).toEqual(['a1', 'a2', 'b1']);
    turns.release('b1');
    await settled();
    expect(started).toEqual(['a1', 'a2', 'b1', 'b2']);
    turns.release('a1');
    await settled();
    expect(started.at(-1)).toBe('a3');
  });

  test('that are cancelled, and all when the server stops, do not wait', async () => {
    const { turns, started, take, settled } = stage();
    for (const id of ['a1', 'a2', 'a3', 'a4', 'a5']) take(id, 'a');
    turns.skip('a4');
    await settled();
    expect(started).toEqual(['a1', 'a2', 'a4']);
    turns.release('a4');
    await settled();
    expect(started).toHaveLength(3);
    turns.close();
    await settled();
    expect(started).toEqual(['a1', 'a2', 'a4', 'a3', 'a5']);
  });
});
