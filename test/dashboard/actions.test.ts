import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ComposedWeir, composeWeir } from '../http/security/composed-weir.ts';

const SOURCES = fileURLToPath(new URL('../../dashboard/src/', import.meta.url));

/** Every action of the management API and the part of the dashboard where a person does it. */
const ACTIONS: Readonly<Record<string, string>> = {
  'POST /api/v1/session': 'api',
  'DELETE /api/v1/session': 'api',
  'POST /api/v1/keys': 'screens/keys',
  'PATCH /api/v1/keys/:id': 'screens/keys',
  'DELETE /api/v1/keys/:id': 'screens/keys',
  'PUT /api/v1/users/:id': 'screens/keys',
  'PUT /api/v1/budgets': 'screens/keys',
  'DELETE /api/v1/budgets': 'screens/keys',
  'POST /api/v1/credentials': 'screens/providers',
  'DELETE /api/v1/credentials/:id': 'screens/providers',
  'POST /api/v1/tokens': 'screens/providers',
  'POST /api/sampling/providers/:provider/configure': 'screens/providers',
  'POST /api/v1/llm/chat': 'screens/providers',
  'PUT /api/v1/routes': 'screens/providers',
  'DELETE /api/v1/routes/:name': 'screens/providers',
  'POST /api/v1/guardrails/check': 'screens/guardrails',
  'POST /api/v1/evaluations': 'screens/guardrails',
  'DELETE /api/v1/cache': 'screens/cache',
  'POST /api/v1/prompts': 'screens/prompts',
  'DELETE /api/v1/prompts/:name': 'screens/prompts',
  'POST /api/v1/prompts/:name/render': 'screens/prompts',
  'PUT /api/v1/prompts/:name/labels/:label': 'screens/prompts',
  'DELETE /api/v1/prompts/:name/labels/:label': 'screens/prompts',
  'PATCH /api/v1/prompts/:name/labels/:label': 'screens/prompts',
  'POST /api/v1/prompts/:name/labels/:label/rollback': 'screens/prompts',
  'POST /api/v1/datasets': 'screens/evaluations',
  'POST /api/v1/evaluators': 'screens/evaluations',
  'POST /api/v1/eval-runs': 'screens/evaluations',
  'POST /api/v1/eval-runs/:id/cancel': 'screens/evaluations',
  'POST /api/v1/eval-runs/pairwise': 'screens/evaluations',
  'POST /api/v1/eval-runs/compare': 'screens/evaluations',
  'POST /api/workflows': 'screens/workflows',
  'POST /api/workflows/check': 'screens/workflows',
  'PUT /api/workflows/:id': 'screens/workflows',
  'DELETE /api/workflows/:id': 'screens/workflows',
  'POST /api/workflows/:id/publish': 'screens/workflows',
  'POST /api/workflows/:id/hooks/:name/rotate': 'screens/workflows',
  'POST /api/workflows/:id/execute': 'screens/workflows',
  'POST /api/executions/:id/cancel': 'screens/workflows',
  'POST /api/executions/:id/fork': 'screens/workflows',
  'POST /api/executions/:id/resume': 'screens/workflows',
  'POST /api/v1/mcp/servers/:server/tools/:tool/call': 'screens/workflows',
  'POST /api/v1/inbox/:id/approve': 'screens/inbox',
  'POST /api/v1/inbox/:id/reject': 'screens/inbox',
  'POST /api/v1/services': 'screens/logs',
  'PUT /api/v1/services/:service/full-fidelity': 'screens/logs',
  'POST /api/v1/analysis/analyze': 'screens/logs',
  'POST /api/v1/pipeline/generate-policy': 'screens/logs',
  'POST /api/v1/policies/:service/activate': 'screens/logs',
  'POST /api/v1/policies/:service/rollback': 'screens/logs',
  'POST /api/v1/projects': 'screens/settings',
  'PUT /api/v1/projects/:id/policy': 'screens/settings',
  'DELETE /api/v1/users/:id/content': 'screens/settings',
  'POST /api/v1/usage/reconcile': 'screens/settings',
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

describe('the actions of the management API', () => {
  let weir: ComposedWeir;
  let actions: readonly string[];
  beforeAll(async () => {
    weir = await composeWeir();
    const changing = weir.app.routes.filter(({ method, path }) => isChange(method) && path.startsWith('/api/'));
    actions = changing.map(({ method, path }) => `${method} ${path}`);
  }, 60_000);
  afterAll(() => weir.close());

  test('have each a screen, or a reason why only programs do them', () => {
    const named = [...Object.keys(ACTIONS), ...Object.keys(FOR_PROGRAMS)];
    expect(actions.length).toBeGreaterThan(50);
    expect(actions.toSorted()).toEqual(named.toSorted());
  });

  test.each(Object.entries(ACTIONS))('%s is done in %s', (action, part) => {
    expect(missingIn(sourcesOf(part), action)).toEqual([]);
  });

  test('are missed where a screen does not name them', () => {
    expect(missingIn(sourcesOf('screens/keys'), 'POST /api/v1/pipeline/generate-policy')).toEqual([
      'pipeline',
      'generate-policy',
    ]);
    expect(missingIn(sourcesOf('screens/inbox'), 'DELETE /api/v1/inbox/:id')).toEqual(['DELETE']);
  });
});

/** Words of an action that no source of a part says: its method, and what is fixed of its path. */
function missingIn(sources: string, action: string): string[] {
  const [method = '', path = ''] = action.split(' ');
  const fixed = path.split('/').filter((segment) => segment !== '' && !segment.startsWith(':'));
  return [method, ...fixed].filter((word) => !sources.includes(word));
}

function sourcesOf(part: string): string {
  const files = readdirSync(join(SOURCES, part), { recursive: true, encoding: 'utf8' });
  const texts = files.filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'));
  return texts.map((file) => readFileSync(join(SOURCES, part, file), 'utf8')).join('\n');
}

function isChange(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
