import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { composeWeir } from '../http/security/composed-weir.ts';
import { requires } from '../support/optional.ts';
import { cacheActions } from './actions/cache.ts';
import { evaluationActions } from './actions/evaluations.ts';
import { guardrailActions } from './actions/guardrails.ts';
import { inboxActions } from './actions/inbox.ts';
import { keyActions } from './actions/keys.ts';
import { logActions } from './actions/logs.ts';
import { type Actions, performed } from './actions/performed-action.ts';
import { promptActions } from './actions/prompts.ts';
import { providerActions } from './actions/providers.ts';
import { sessionActions } from './actions/session.ts';
import { settingActions } from './actions/settings.ts';
import { workflowActions } from './actions/workflows.ts';
import { Stand } from './support/stand.ts';

/** Pages are drawn by a real browser, which a busy machine makes slow. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ACTIONS: Actions = {
  ...cacheActions,
  ...evaluationActions,
  ...guardrailActions,
  ...inboxActions,
  ...keyActions,
  ...logActions,
  ...promptActions,
  ...providerActions,
  ...sessionActions,
  ...settingActions,
  ...workflowActions,
};

/** An imitation of GitHub's tool server, for the tool that a person calls. */
const GITHUB = {
  command: process.execPath,
  args: [fileURLToPath(new URL('../support/mcp/github-server.ts', import.meta.url))],
  projects: ['*'],
};

/** What only programs send, and why a person need not. */
const FOR_PROGRAMS: Readonly<Record<string, string>> = {
  'POST /api/v1/validate': 'an application asks it about its own model replies',
  'POST /api/sampling/request': 'a model call of a client library; people call models as POST /api/v1/llm/chat',
  'POST /api/v1/llm/completion': 'a model call of a client library; people call models as POST /api/v1/llm/chat',
  'POST /api/v1/inference': 'a model call of a client library; people call models as POST /api/v1/llm/chat',
  'POST /api/v1/patterns/stats': 'samplers report their minute',
  'POST /api/workflows/:id/hooks/:name': 'other services deliver webhooks, signed',
  'POST /api/v1/conversations': 'an application keeps the conversations of its users',
  'DELETE /api/v1/conversations/:id': 'an application keeps the conversations of its users; people erase a user',
  'POST /api/v1/conversations/:id/fork': 'an application keeps the conversations of its users',
};

test('the actions of the management API have each a screen, or a reason why only programs do them', async () => {
  const weir = await composeWeir();
  const changing = weir.app.routes.filter(({ method, path }) => isChange(method) && path.startsWith('/api/'));
  const actions = changing.map(({ method, path }) => `${method} ${path}`);
  await weir.close();
  expect(actions.length).toBeGreaterThan(50);
  expect(actions.toSorted()).toEqual([...Object.keys(ACTIONS), ...Object.keys(FOR_PROGRAMS)].toSorted());
});

requires('chromium')('a person at the dashboard', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.start({ config: { mcp: { servers: { github: GITHUB } } } });
  });
  afterAll(() => stand.close());

  test.each(Object.entries(ACTIONS))('does %s', async (action, perform) => {
    const person = await stand.person();
    const { status, sent } = await performed(action, person, () => perform(person, stand));
    expect({ sent, isDone: status >= 200 && status < 300 }).toEqual({ sent, isDone: true });
    expect(person.errors).toEqual([]);
    await person.leave();
  });
});

function isChange(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
