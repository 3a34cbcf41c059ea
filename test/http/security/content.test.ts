import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, startStand } from '../clients/stand.ts';

/** What must never stand in clear anywhere. */
const SAID = 'The password of the lighthouse is marmalade';
const EMAIL = 'ada.lovelace@example.com';

let stand: Stand;
const projects: Record<string, { id: string; key: string }> = {};

beforeAll(async () => {
  stand = await startStand('retry: { max_attempts: 0 }\n');
  for (const content of ['off', 'redacted', 'full']) {
    const { id } = (await stand.weir.api('POST /api/v1/projects', { name: `keeps ${content}` })).json;
    const { key } = (await stand.weir.api('POST /api/v1/keys', { name: content, project_id: id })).json;
    projects[content] = { id, key };
    if (content === 'off') continue;
    await stand.weir.api(`PUT /api/v1/projects/${id}/policy`, { capture: { content, retention_days: 7 } });
  }
});
afterAll(() => stand.close());

const kept = (requestId: string, headers?: Record<string, string>) =>
  stand.weir.api(`GET /api/v1/usage/records/${requestId}/content`, undefined, headers);

/** Stored behind the reply, so it may take a moment. */
async function keptSoon(requestId: string) {
  await expect.poll(async () => (await kept(requestId)).status).toBe(200);
  return (await kept(requestId)).json;
}

async function say(content: string, of: { text?: string; user?: string; more?: object } = {}): Promise<string> {
  const { key } = projects[content] as { key: string };
  const messages = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: of.text ?? SAID },
  ];
  const reply = await stand.weir.api(
    'POST /v1/chat/completions',
    { model: 'gpt-4o-mini', messages, ...of.more },
    { authorization: `Bearer ${key}`, 'x-user-id': of.user ?? 'ada' },
  );
  expect(reply.status).toBe(200);
  return reply.headers.get('x-request-id') as string;
}

describe('prompts and replies', () => {
  it('are not kept unless a project asks for it', async () => {
    const id = await say('off');
    const other = await say('full');
    await keptSoon(other);
    expect((await kept(id)).json.error.code).toBe('resource.not_found');
  });

  it('are kept as they went through with content: full, encrypted and not in the logs', async () => {
    const id = await say('full');
    const content = await keptSoon(id);
    expect(content).toMatchObject({ request_id: id, user_id: 'ada', mode: 'full', truncated: false });
    expect(JSON.parse(content.request).messages[1].content).toBe(SAID);
    expect(JSON.parse(content.reply).choices[0].message.content).toEqual(expect.any(String));
    expect(stand.weir.log()).not.toContain('marmalade');
    const database = new DatabaseSync(join(stand.weir.dataDir, 'weir.db'), { readOnly: true });
    const rows = database.prepare("select content from provider_objects where kind = 'content'").all();
    database.close();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('marmalade');
  });

  it('are kept of streams too', async () => {
    const content = await keptSoon(await say('full', { more: { stream: true } }));
    expect(content.reply).toMatch(/^data: \{.*data: \[DONE\]\n\n$/s);
  });

  it.each([{ stream: false }, { stream: true }])(
    'lose personal data with content: redacted, in the reply too: %j',
    async (more) => {
      const text = `Reply with exactly "Write to ${EMAIL} soon"`;
      const content = await keptSoon(await say('redacted', { text, more }));
      expect(content.mode).toBe('redacted');
      expect(content.request).toContain('[EMAIL]');
      expect(content.request).toContain('Be short.');
      expect(content.request + content.reply).not.toContain('ada.lovelace');
      expect(content.reply).toContain('Write to [EMAIL] soon');
    },
  );

  it('are not shown to keys of another project, nor to keys that only call', async () => {
    const id = await say('full');
    await keptSoon(id);
    const developer = async (project: string) =>
      (await stand.weir.api('POST /api/v1/keys', { name: 'd', role: 'developer', project_id: projects[project]?.id }))
        .json.key;
    const statusFor = async (key: string) => (await kept(id, { authorization: `Bearer ${key}` })).status;
    expect(await statusFor(await developer('off'))).toBe(404);
    expect(await statusFor(projects.full?.key as string)).toBe(403);
    expect(await statusFor(await developer('full'))).toBe(200);
  });

  it('are erased per user, with the responses that Weir keeps, and of nobody else', async () => {
    const { id: projectId, key } = projects.full as { id: string; key: string };
    const hers = await say('full', { user: 'grace' });
    const his = await say('full', { user: 'alan' });
    await keptSoon(hers);
    await keptSoon(his);
    const made = await stand.weir.api(
      'POST /v1/responses',
      { model: 'claude-3-haiku', input: SAID },
      { authorization: `Bearer ${key}`, 'x-user-id': 'grace' },
    );
    const response = () =>
      stand.weir.api(`GET /v1/responses/${made.json.id}`, undefined, { authorization: `Bearer ${key}` });
    expect((await response()).status).toBe(200);
    await keptSoon(made.headers.get('x-request-id') as string);
    const erased = await stand.weir.api(`DELETE /api/v1/users/grace/content?project_id=${projectId}`);
    expect(erased.json).toEqual({ erased: 3 });
    expect([(await kept(hers)).status, (await response()).status, (await kept(his)).status]).toEqual([404, 404, 200]);
  });
});
