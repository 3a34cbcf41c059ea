import { expect, test } from 'vitest';
import type { ConversationRow, TurnRow } from '../../server/src/ports/conversation-store.ts';
import type { Storage } from '../../server/src/ports/storage.ts';

const TALK: ConversationRow = {
  id: 'conv_1',
  project_id: 'project_1',
  user_id: null,
  created_at: 1_800_000_000_000,
  updated_at: 1_800_000_000_000,
  turns: 0,
  parent_id: null,
  parent_turn: null,
  head: 'c2VhbGVk',
  summary: null,
  busy_with: null,
  busy_until: 0,
};
const turn = (number: number, fields: Partial<TurnRow> = {}): TurnRow => ({
  conversation_id: 'conv_1',
  number,
  request_id: `req_${number}`,
  content: `sealed ${number}`,
  created_at: TALK.created_at + number,
  messages: 2,
  tokens: 10 * number,
  has_user: 1,
  ...fields,
});

/** What every backend promises of conversations. */
export function conversations(storage: () => Storage): void {
  const store = () => storage().conversations;

  test('begins a conversation with its first turn and goes on with the next, whole and in order', async () => {
    await store().append({ turn: turn(1), begin: { ...TALK, user_id: 'ann' } });
    await store().append({ turn: turn(2, { has_user: 0 }), head: 'bmV3', userId: 'bob' });
    expect(await store().get('conv_1')).toEqual({
      ...TALK,
      user_id: 'ann',
      turns: 2,
      updated_at: TALK.created_at + 2,
      head: 'bmV3',
    });
    expect(await store().sizes('conv_1')).toEqual([
      { number: 1, messages: 2, tokens: 10, has_user: 1 },
      { number: 2, messages: 2, tokens: 20, has_user: 0 },
    ]);
    expect(await store().turns('conv_1', { from: 1, limit: 9 })).toEqual([turn(1), turn(2, { has_user: 0 })]);
    expect(await store().turns('conv_1', { from: 2, limit: 9 })).toEqual([turn(2, { has_user: 0 })]);
    expect(await store().turns('conv_1', { from: 1, limit: 1 })).toEqual([turn(1)]);
  });

  test('gives a conversation without a user the one of its next turn', async () => {
    await store().insert(TALK);
    await store().append({ turn: turn(1), userId: 'ann' });
    expect((await store().get('conv_1'))?.user_id).toBe('ann');
  });

  test('takes each turn once, however many come at once', async () => {
    await store().insert(TALK);
    const tries = Array.from({ length: 8 }, (_, at) =>
      store()
        .append({ turn: turn(1, { request_id: `req_of_${at}` }) })
        .then(
          () => 'stored',
          (error) => error.code,
        ),
    );
    expect((await Promise.all(tries)).sort()).toEqual([...Array(7).fill('conflict'), 'stored']);
    expect(await store().turns('conv_1', { from: 1, limit: 9 })).toHaveLength(1);
    await expect(store().append({ turn: turn(3) })).rejects.toMatchObject({ code: 'conflict' });
    await expect(store().append({ turn: turn(1, { conversation_id: 'gone' }) })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect((await store().get('conv_1'))?.turns).toBe(1);
  });

  test('is held by one call at a time, until it lets go, appends or is late', async () => {
    await store().insert(TALK);
    const claim = async (requestId: string, nowMs = 1000, projectId = 'project_1') =>
      (await store().claim('conv_1', { projectId, requestId, nowMs, untilMs: nowMs + 50 })) !== undefined;
    expect(await claim('z', 1000, 'project_2')).toBe(false);
    const first = await Promise.all(['a', 'b', 'c', 'd'].map((id) => claim(id)));
    expect(first.filter(Boolean)).toHaveLength(1);
    const holder = ['a', 'b', 'c', 'd'][first.indexOf(true)] ?? '';
    await store().release('conv_1', 'somebody');
    expect(await claim('e')).toBe(false);
    await store().release('conv_1', holder);
    expect(await claim('e')).toBe(true);
    expect(await claim('f', 1051)).toBe(true);
    await store().append({ turn: turn(1) });
    expect(await claim('g')).toBe(true);
    await store().release('conv_1', 'g');
    const by = { projectId: 'project_1', requestId: 'h', nowMs: 1, untilMs: 2 };
    expect(await store().claim('conv_1', by)).toMatchObject({ turns: 1, busy_with: 'h', busy_until: 2 });
    expect(await store().claim('gone', by)).toBeUndefined();
  });

  test('lists newest first, of a project or a user, in pages', async () => {
    for (const at of [1, 2, 3]) {
      await store().insert({ ...TALK, id: `conv_${at}`, created_at: at, user_id: at === 2 ? 'ann' : null });
    }
    await store().insert({ ...TALK, id: 'conv_9', project_id: 'project_2', created_at: 2 });
    const ids = async (query: Partial<Parameters<ReturnType<typeof store>['list']>[0]>) =>
      (await store().list({ limit: 10, ...query })).map(({ id }) => id);
    expect(await ids({})).toEqual(['conv_3', 'conv_9', 'conv_2', 'conv_1']);
    expect(await ids({ projectId: 'project_1', limit: 2 })).toEqual(['conv_3', 'conv_2']);
    expect(await ids({ projectId: 'project_1', before: 'conv_2' })).toEqual(['conv_1']);
    expect(await ids({ userId: 'ann' })).toEqual(['conv_2']);
    expect(await ids({ before: 'gone' })).toEqual([]);
  });

  test('forks with the turns up to one, and the two go their own ways', async () => {
    await store().insert(TALK);
    for (const number of [1, 2, 3]) await store().append({ turn: turn(number) });
    const fork = { ...TALK, id: 'conv_2', turns: 2, parent_id: 'conv_1', parent_turn: 2 };
    await store().fork(fork, { id: 'conv_1', at: 2 });
    await store().append({ turn: turn(3, { conversation_id: 'conv_2', content: 'other' }) });
    expect((await store().turns('conv_2', { from: 1, limit: 9 })).map(({ content }) => content)).toEqual([
      'sealed 1',
      'sealed 2',
      'other',
    ]);
    expect(await store().delete('conv_1')).toBe(true);
    expect(await store().sizes('conv_1')).toEqual([]);
    expect(await store().sizes('conv_2')).toHaveLength(3);
    expect(await store().delete('conv_1')).toBe(false);
  });

  test('keeps a summary beside what was said, and changes what is decided', async () => {
    await store().insert(TALK);
    await store().setSummary('conv_1', 'c3Vt');
    expect(await store().get('conv_1')).toEqual({ ...TALK, summary: 'c3Vt' });
    await store().setHead('conv_1', 'aGVhZA');
    expect(await store().get('conv_1')).toEqual({ ...TALK, summary: 'c3Vt', head: 'aGVhZA' });
  });

  test('forgets conversations that were not gone on with, oldest first, a bounded number at once', async () => {
    for (const at of [1, 2, 3, 4]) {
      await store().append({
        turn: turn(1, { conversation_id: `conv_${at}`, created_at: at }),
        begin: { ...TALK, id: `conv_${at}`, updated_at: 0 },
      });
    }
    expect(await store().forgetOld({ beforeMs: 4, limit: 2 })).toBe(2);
    expect(await store().forgetOld({ beforeMs: 4, limit: 2 })).toBe(1);
    expect(await store().get('conv_4')).toBeDefined();
    expect(await store().sizes('conv_3')).toEqual([]);
  });

  test('erases the conversations of one user of one project, with their turns', async () => {
    const owners = [
      ['conv_1', 'project_1', 'ann'],
      ['conv_2', 'project_1', 'bob'],
      ['conv_3', 'project_2', 'ann'],
    ] as const;
    for (const [id, project_id, user_id] of owners) {
      await store().append({ turn: turn(1, { conversation_id: id }), begin: { ...TALK, id, project_id, user_id } });
    }
    expect(await storage().content.erase({ projectId: 'project_1', userId: 'ann' })).toBe(1);
    expect(
      await Promise.all(
        owners.map(([id]) =>
          store()
            .sizes(id)
            .then((all) => all.length),
        ),
      ),
    ).toEqual([0, 1, 1]);
    expect(await store().get('conv_1')).toBeUndefined();
  });
}
