import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../../../support/optional.ts';
import { type Stand, startStand } from '../stand.ts';
import { pythonEnvironment } from './python-environment.ts';

const SCRIPT = fileURLToPath(new URL('./session.py', import.meta.url));
const CLIENTS = ['OpenAiChat', 'OpenAiResponses', 'AnthropicMessages'];
const CHECKS = ['text and stream', 'tools, whole and streamed', 'JSON schema', 'errors', 'abort'];

interface Line {
  readonly client?: string;
  readonly provider?: string;
  readonly check?: string;
  readonly problem?: string | null;
}

const environment = await pythonEnvironment('openai', 'anthropic');

const title = "Python's openai and anthropic libraries through Weir";
if ('python' in environment) describe(title, () => suite(environment));
else absent('python', { title, reason: environment.missing });

function suite({ python }: { python: string }): void {
  let stand: Stand;
  let lines: Line[];

  beforeAll(async () => {
    stand = await startStand();
    lines = await runSession(python, stand);
  }, 120_000);
  afterAll(() => stand.close());

  const cases = CLIENTS.flatMap((client) =>
    ['openai', 'anthropic'].flatMap((provider) => CHECKS.map((check) => [client, provider, check] as const)),
  );

  it.each(cases)('%s gets what it asks of %s: %s', (client, provider, check) => {
    const line = lines.find((each) => each.client === client && each.provider === provider && each.check === check);
    expect(line).toMatchObject({ problem: null });
  });

  it('stop the provider when they leave a stream', async () => {
    const { journal } = stand.simulator;
    const asked = journal.entries.filter(({ body }) => JSON.stringify(body).includes('in 300 words'));
    expect(asked.length).toBe(6);
    for (const { id } of asked) await journal.until((entry) => entry.id === id && entry.aborted);
  });
}

async function runSession(python: string, stand: Stand): Promise<Line[]> {
  // A long answer must still be on its way when the client leaves.
  await fetch(`${stand.simulator.url}/_simulator/latency`, { method: 'POST', body: '{"interTokenMs":5}' });
  const child = spawn(python, [SCRIPT, stand.weir.url, stand.key], { stdio: ['ignore', 'pipe', 'pipe'] });
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    problems += text;
  });
  const lines: Line[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(JSON.parse(line));
  if (lines.length === 0) throw new Error(`the script said nothing: ${problems.slice(-1000)}`);
  return lines;
}
