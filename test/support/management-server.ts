import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { authenticate } from '../../server/src/features/access/authenticate.ts';
import { KeyStore } from '../../server/src/features/access/key-store.ts';
import { ProjectStore } from '../../server/src/features/access/project-store.ts';
import type { Role } from '../../server/src/features/access/roles.ts';
import { AuditLog } from '../../server/src/features/audit/audit-log.ts';
import { openContentSeal } from '../../server/src/features/credentials/content-seal.ts';
import { CredentialStore } from '../../server/src/features/credentials/credential-store.ts';
import { MasterKey } from '../../server/src/features/credentials/master-key.ts';
import { IdempotentReplies } from '../../server/src/features/idempotency/idempotent-replies.ts';
import { createReports } from '../../server/src/features/reports/reports.ts';
import { RouteStore } from '../../server/src/features/routing/route-store.ts';
import { errorEncoder } from '../../server/src/http/error-body.ts';
import { docsRoutes } from '../../server/src/http/openapi/docs-routes.ts';
import type { RouteSpec } from '../../server/src/http/route.ts';
import { auditRoutes } from '../../server/src/http/routes/management/audit.ts';
import { credentialRoutes } from '../../server/src/http/routes/management/credentials.ts';
import { guardrailFindingRoutes } from '../../server/src/http/routes/management/guardrail-findings.ts';
import { keyRoutes } from '../../server/src/http/routes/management/keys.ts';
import { projectRoutes } from '../../server/src/http/routes/management/projects.ts';
import { routingRoutes } from '../../server/src/http/routes/management/routes.ts';
import { usageRoutes } from '../../server/src/http/routes/management/usage.ts';
import { createServer } from '../../server/src/http/server.ts';
import { parseJson } from '../../server/src/kernel/json.ts';
import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import { anthropicMessagesClient } from '../../server/src/protocols/anthropic-messages/client.ts';
import { openaiChatClient } from '../../server/src/protocols/openai-chat/client.ts';
import { ManualClock } from '../contracts/manual-clock.ts';
import { temporaryLedger } from './temporary-ledger.ts';
import { temporaryStorage } from './temporary-storage.ts';

export const ADMIN_KEY = 'an admin key that tests chose';

export interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape.
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The management API on a real database, without the gateway. */
export async function managementServer(
  of: {
    records?: readonly UsageRecord[];
    extra?: readonly RouteSpec[];
    /** Routes that need what the server keeps. */
    more?: (stores: {
      storage: Storage;
      projects: ProjectStore;
      audit: AuditLog;
      clock: ManualClock;
    }) => readonly RouteSpec[];
  } = {},
) {
  const clock = new ManualClock();
  const { storage, directory } = await temporaryStorage(clock);
  const ledger = await temporaryLedger(of.records ?? []);
  const projects = await ProjectStore.open(storage, clock);
  const keys = await KeyStore.open(storage, clock);
  await keys.setAdmin(ADMIN_KEY);
  const masterKey = MasterKey.parse(randomBytes(32).toString('base64'), 'WEIR_MASTER_KEY');
  const credentials = await CredentialStore.open({
    storage,
    masterKey,
    clock,
    addresses: {
      configured: (name) =>
        name === 'openai' ? { baseUrl: 'https://api.openai.example/v1', fixed: false } : undefined,
      check: async () => undefined,
    },
  });
  const routes = await RouteStore.open(storage, clock, [
    {
      name: 'from-file',
      strategy: 'fallback',
      targets: [{ model: 'openai/gpt-4o', weight: 1, timeoutMs: undefined }],
      timeoutMs: undefined,
      sticky: false,
      source: 'file',
    },
  ]);
  const audit = new AuditLog(storage, clock);
  const settings = { reports: true };
  const reading = { reports: createReports(ledger, clock), projects, clock, isEnabled: () => settings.reports };
  const table: RouteSpec[] = [
    ...projectRoutes({ projects, audit, begin: async () => undefined }),
    ...keyRoutes({ keys, projects, audit, clock, isModel: (name) => name.startsWith('openai/') }),
    ...credentialRoutes({ credentials, projects, audit }),
    ...routingRoutes({ routes, audit, isModel: (name) => name.startsWith('openai/') }),
    ...usageRoutes(reading),
    ...guardrailFindingRoutes(reading),
    ...auditRoutes({ audit }),
    ...docsRoutes({ routes: () => table, version: '1.2.3' }),
    ...(of.extra ?? []),
    ...(of.more?.({ storage, projects, audit, clock }) ?? []),
  ];
  const reported: unknown[] = [];
  const seal = await openContentSeal(storage, masterKey);
  const idempotency = new IdempotentReplies({ storage, seal, clock, processEpoch: 'test', exclusive: true });
  const app = createServer(table, {
    authenticate: (headers, route) => authenticate(headers, route, keys),
    clock,
    errors: errorEncoder({ openai: openaiChatClient, anthropic: anthropicMessagesClient }, () => clock.now()),
    maxBodyBytes: 1_000_000,
    idempotency,
    report: (error) => reported.push(error.cause ?? error),
  });
  onTestFinished(() => app.close());

  /** `METHOD /path`, a body as an object or text, and the key to call with. */
  async function call(
    line: string,
    options: { key?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const [method = 'GET', url = '/'] = line.split(' ');
    const { body } = options;
    const key = 'key' in options ? options.key : ADMIN_KEY;
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = response.body;
    return { status: response.statusCode, text, body: parseJson(text), headers: response.headers };
  }

  return {
    app,
    call,
    clock,
    credentials,
    directory,
    keys,
    ledger,
    reported,
    routes,
    settings,
    storage,
    table,
    /** A new project's id. */
    project: async (name: string): Promise<string> => (await projects.create(name)).id,
    /** A new key's secret. */
    key: async (role: Role, projectId: string): Promise<string> =>
      (await keys.create({ name: role, projectId, role, scopes: {}, expiresAt: null })).secret,
  };
}
