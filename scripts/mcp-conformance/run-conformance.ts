import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CLIENT_SCENARIOS, SERVER_SCENARIOS } from './scenarios.ts';

export interface ScenarioResult {
  readonly side: 'client' | 'server';
  readonly scenario: string;
  readonly passed: boolean;
  /** What the suite wrote. */
  readonly text: string;
}

const SUITE = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js');
const fileOf = (name: string) =>
  fileURLToPath(new URL(`../../test/support/mcp/conformance/${name}.ts`, import.meta.url));

/** One scenario after the other; some measure times. */
export async function runConformance(): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of CLIENT_SCENARIOS) {
    const command = `${process.execPath} ${fileOf('client')}`;
    results.push(await suite({ side: 'client', scenario }, ['--command', command]));
  }
  const server = spawn(process.execPath, [fileOf('server')], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const url = await firstLine(server);
    for (const scenario of SERVER_SCENARIOS) results.push(await suite({ side: 'server', scenario }, ['--url', url]));
  } finally {
    server.stdin.end();
  }
  return results;
}

async function suite(
  of: { side: ScenarioResult['side']; scenario: string },
  args: readonly string[],
): Promise<ScenarioResult> {
  const child = spawn(process.execPath, [SUITE, of.side, '--scenario', of.scenario, ...args], { stdio: 'pipe' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece) => (text += piece));
  const [code] = await once(child, 'close');
  return { ...of, passed: code === 0, text };
}

async function firstLine(server: ChildProcess): Promise<string> {
  const [chunk] = await once(server.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  return String(chunk).trim();
}
