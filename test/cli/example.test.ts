import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../../server/src/simulator/server.ts';
import { startWeir } from '../support/weir.ts';

test('the configuration in examples/demo answers through its fallback', async () => {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  const config = readFileSync(join(import.meta.dirname, '../../examples/demo/weir.yaml'), 'utf8');
  const weir = await startWeir({ config, env: { SIMULATOR: simulator.url } });
  onTestFinished(() => weir.stop());
  const body = { model: 'resilient', messages: [{ role: 'user', content: 'Hello!' }] };
  const reply = await weir.api('POST /v1/chat/completions', body);
  expect(reply.status).toBe(200);
  expect(reply.headers.get('x-weir-provider')).toBe('groq');
  expect(reply.headers.get('x-weir-fallback')).toContain('dead/gpt-4o-mini');
});
