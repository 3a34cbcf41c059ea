import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../server/src/compose/system-clock.ts';
import { createHttpClient } from '../../../server/src/egress/http-client.ts';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import type { ToolServerSettings } from '../../../server/src/mcp/settings.ts';
import { type ConfiguredToolServers, createToolServers } from '../../../server/src/mcp/tool-servers.ts';
import { ToolPins } from '../../../server/src/mcp/trust/tool-pins.ts';
import type { Caller } from '../../../server/src/ports/call.ts';
import type { ModelGateway } from '../../../server/src/ports/model-gateway.ts';
import type { ToolCall } from '../../../server/src/ports/tool-servers.ts';
import { temporaryStorage } from '../temporary-storage.ts';
import { memoryInbox } from './memory-inbox.ts';

const NO_MODELS: Pick<ModelGateway, 'answer'> = {
  answer: () => Promise.reject(new Error('no model was expected to be asked')),
};

export const CALLER: Caller = {
  keyId: 'key_test',
  projectId: 'default',
  role: 'developer',
  models: undefined,
  routes: undefined,
};

/** The file of a server of this folder. */
export function serverFile(name: 'github-server' | 'github-server-legacy' | 'scripted-server'): string {
  return fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
}

/** Settings of a child process that runs a file with this Node.js. */
export function stdioServer(
  name: string,
  of: {
    file: string;
    args?: readonly string[];
    env?: Record<string, string>;
    timeoutMs?: number;
    maxResultBytes?: number;
  },
): ToolServerSettings {
  return {
    name,
    reach: {
      kind: 'stdio',
      command: process.execPath,
      args: [of.file, ...(of.args ?? [])],
      environment: () => of.env ?? {},
      directory: undefined,
    },
    timeoutMs: of.timeoutMs ?? 15_000,
    maxResultBytes: of.maxResultBytes ?? 1_048_576,
    allows: () => true,
  };
}

/** Time that can be moved on, and flows besides. */
export function movableClock() {
  let moved = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + moved,
    monotonic: () => systemClock.monotonic() + moved,
    advance: (ms: number) => {
      moved += ms;
    },
  };
}

/** Tool servers as the product has them, on a real database; closed with the test. */
export async function toolServers(
  settings: readonly ToolServerSettings[],
  of: { allow?: readonly string[]; models?: Pick<ModelGateway, 'answer'> } = {},
) {
  const clock = movableClock();
  const { storage } = await temporaryStorage(clock);
  const inbox = memoryInbox();
  const http = createHttpClient({ connectTimeoutMs: 3000, allow: of.allow ?? [] });
  const told: { event: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const open = (): ConfiguredToolServers =>
    createToolServers(settings, {
      http,
      clock,
      version: '1.2.3',
      inbox,
      models: of.models ?? NO_MODELS,
      pins: new ToolPins({ values: storage.values, inbox, clock, projectId: 'default' }),
      report: (event, fields) => told.push({ event, fields }),
    });
  const servers = open();
  onTestFinished(async () => {
    await servers.close();
    await http.close();
  });
  return { servers, open, inbox, clock, told, storage };
}

/** A question with everything that tests do not look at. */
export function callOf(server: string, tool: string, of: Partial<ToolCall> = {}): ToolCall {
  return {
    server,
    tool,
    arguments: {},
    caller: CALLER,
    signal: new AbortController().signal,
    timeoutMs: 15_000,
    origin: undefined,
    ...of,
  };
}

/** A server that does what a script says, and the script. */
export function scriptedServer(of: {
  tools: readonly JsonObject[];
  answers?: JsonObject;
  env?: Record<string, string>;
  timeoutMs?: number;
  maxResultBytes?: number;
}) {
  const directory = mkdtempSync(join(tmpdir(), 'scripted-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const script = join(directory, 'script.json');
  const log = join(directory, 'log');
  const write = (tools: readonly JsonObject[], answers: JsonObject = of.answers ?? {}) =>
    writeFileSync(script, JSON.stringify({ tools, answers }));
  write(of.tools);
  writeFileSync(log, '');
  return {
    settings: stdioServer('scripted', {
      file: serverFile('scripted-server'),
      env: { ...of.env, SCRIPT: script, LOG: log },
      ...(of.timeoutMs === undefined ? {} : { timeoutMs: of.timeoutMs }),
      ...(of.maxResultBytes === undefined ? {} : { maxResultBytes: of.maxResultBytes }),
    }),
    write,
    log: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
  };
}
