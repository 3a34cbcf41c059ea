import { expect, onTestFinished, test } from 'vitest';
import { composeWeir } from '../security/composed-weir.ts';

test('without tool servers a document that names one is refused, with the place and what to do', async () => {
  const weir = await composeWeir();
  onTestFinished(() => weir.close());
  const headers = { authorization: `Bearer ${weir.adminKey}`, 'content-type': 'application/json' };
  const steps = [
    { name: 'call', type: 'tool', config: { server: 'github', tool: 'get_repository', params: {} } },
    { name: 'ask', type: 'prompt', config: { prompt: 'github/review', arguments: {} } },
  ];
  const body = JSON.stringify({ name: 'lost', steps });
  const response = await fetch(`${weir.url}/api/workflows`, { method: 'POST', headers, body });
  const { error } = (await response.json()) as { error: { details: { problems: object[] } } };
  expect(response.status).toBe(400);
  expect(error.details.problems).toMatchObject([
    {
      pointer: '/steps/0/config/server',
      message: expect.stringContaining('"github"'),
      fix: expect.stringContaining('mcp.servers'),
    },
    { pointer: '/steps/1/config/prompt', fix: expect.stringContaining('mcp.servers') },
  ]);
});
