import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../../../support/optional.ts';
import { requirement } from '../../../support/requirement.ts';
import { startWeir } from '../../../support/weir.ts';
import { ScriptedProvider } from '../../validation/scripted-provider.ts';
import { pythonEnvironment } from './python-environment.ts';

const SCRIPT = fileURLToPath(new URL('./autogen_session.py', import.meta.url));

interface Line {
  readonly label: string;
  readonly said: unknown;
  readonly problem: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: records are read field by field
type Record = any;

const environment = await pythonEnvironment('autogen-ext[openai]', 'autogen-agentchat');

if ('python' in environment) describe(requirement('B12'), () => suite(environment));
else absent('python', { title: requirement('B12'), reason: environment.missing });

function suite({ python }: { python: string }): void {
  let lines: Line[];
  let records: Record[];
  const provider = new ScriptedProvider();
  let weir: Awaited<ReturnType<typeof startWeir>>;

  beforeAll(async () => {
    await provider.listen();
    provider.says(
      'A plain word.',
      { status: 503 },
      'Back again.',
      '```json\n{"name": "Ada", "score": 9,}\n```',
      '{"name":"Ada"}',
      '{"name":"Ada","score":8}',
      'no json',
    );
    weir = await startWeir({ config: 'retry: { max_attempts: 1, base_delay_ms: 1 }', env: provider.environment });
    lines = await runSession(python, weir.url, await weir.key());
    records = (await weir.api('GET /api/v1/usage/records?limit=10')).json.data.toReversed();
  }, 240_000);
  afterAll(async () => {
    await weir.stop();
    await provider.upstream.close();
  });

  const line = (label: string) => lines.find((each) => each.label === label);

  it('an agent talks as before', () => {
    expect(line('plain')).toEqual({ label: 'plain', said: 'A plain word.', problem: null });
  });

  it('it gains retries: an outage of the provider is not seen', () => {
    expect(line('after an outage')).toMatchObject({ said: 'Back again.', problem: null });
    expect(records[1].attempts.map(({ reason }: Record) => reason)).toEqual(['first', 'retry']);
  });

  it('it gains validation: what is nearly right is mended, what is wrong is asked for again', () => {
    expect(line('structured')).toMatchObject({ said: { name: 'Ada', score: 9 }, problem: null });
    expect(line('wrong, then right')).toMatchObject({ said: { name: 'Ada', score: 8 }, problem: null });
    expect(records[3].attempts.map(({ reason }: Record) => reason)).toEqual(['first', 'reask']);
  });

  it('what cannot be had is a clear error instead of a parser that breaks', () => {
    expect(line('hopeless')?.problem).toContain('not valid against what was asked for');
  });

  it('it gains tracking: every conversation has a record with tokens and cost, failed ones too', () => {
    expect(records.map(({ success }) => success)).toEqual([true, true, true, true, false]);
    for (const { tokens_used: tokens, cost_usd: cost, model } of records) {
      expect(tokens).toBeGreaterThan(0);
      expect(cost).toBeGreaterThan(0);
      expect(model).toBe('gpt-4o-mini');
    }
  });
}

async function runSession(python: string, url: string, key: string): Promise<Line[]> {
  const child = spawn(python, [SCRIPT, url, key], { stdio: ['ignore', 'pipe', 'pipe'] });
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    problems += text;
  });
  const lines: Line[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(JSON.parse(line));
  if (lines.length === 0) throw new Error(`the script said nothing: ${problems.slice(-1000)}`);
  return lines;
}
