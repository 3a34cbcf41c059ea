import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonClient, jsonClient } from '../../cli/json-client.ts';
import type { Environment } from '../../config/load-config.ts';
import { newKey } from '../../features/access/key-format.ts';
import { asString, isObject } from '../../kernel/json.ts';
import { simulatorProviders } from '../../simulator/simulator-providers.ts';
import { type ChildServer, startChild } from './child-server.ts';

/** One tenant of the demo. */
export interface DemoProject {
  readonly id: string;
  readonly name: string;
  /** Weir key of its application. */
  readonly key: string;
}

/** Everything the demo plays on. */
export interface Stage {
  readonly weir: ChildServer;
  readonly simulator: ChildServer;
  readonly admin: JsonClient;
  readonly adminKey: string;
  readonly projects: readonly [DemoProject, DemoProject];
  /** Stops both processes and removes their data. */
  strike(): Promise<void>;
}

/** Only what a program needs to run: real keys of the user's environment must not reach the demo. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'NODE_COMPILE_CACHE'];

/** One provider that is never there, and a route that goes on to the next. */
const CONFIG = `
providers:
  dead: { type: openai-compatible, base_url: http://127.0.0.1:1/v1, api_key: none }
routes:
  resilient: { strategy: fallback, targets: [dead/gpt-4o-mini, groq/llama-3.3-70b-versatile] }
retry: { base_delay_ms: 100 }
`;

/** Starts the simulated providers and Weir in processes of their own, and makes two projects with a key each. */
export async function setStage(environment: Environment, port: number): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'weir-demo-'));
  const children: ChildServer[] = [];
  const strike = async () => {
    await Promise.all(children.map((child) => child.stop()));
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const base = inherited(environment);
    const simulator = await startChild({ args: ['simulate'], environment: base, directory });
    children.push(simulator);
    const adminKey = newKey();
    const weir = await startWeir({ base, simulator, adminKey, directory, port });
    children.push(weir);
    const admin = jsonClient({ url: weir.url, key: adminKey });
    const projects = [await makeProject(admin, 'storefront'), await makeProject(admin, 'support-desk')] as const;
    return { weir, simulator, admin, adminKey, projects, strike };
  } catch (error) {
    await strike();
    throw error;
  }
}

function startWeir(of: {
  base: Record<string, string>;
  simulator: ChildServer;
  adminKey: string;
  directory: string;
  port: number;
}): Promise<ChildServer> {
  const config = join(of.directory, 'weir.yaml');
  writeFileSync(config, CONFIG);
  const data = join(of.directory, 'data');
  return startChild({
    args: ['serve', '--config', config, '--port', String(of.port), '--data-dir', data],
    environment: {
      ...of.base,
      ...simulatorProviders(of.simulator.url),
      WEIR_ADMIN_KEY: of.adminKey,
      WEIR_LOG_LEVEL: 'warn',
    },
    directory: of.directory,
  });
}

async function makeProject(admin: JsonClient, name: string): Promise<DemoProject> {
  const id = textField(await admin.json('POST', '/api/v1/projects', { name }), 'id');
  const created = await admin.json('POST', '/api/v1/keys', { name: `${name}-app`, project_id: id });
  return { id, name, key: textField(created, 'key') };
}

export function textField(reply: unknown, field: string): string {
  const value = isObject(reply) ? asString(reply[field]) : undefined;
  if (value === undefined) throw new Error(`the management API gave no "${field}"`);
  return value;
}

function inherited(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
