import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../cli/usage-error.ts';
import { DEFAULT_PROJECT, type Key, KeyStore } from '../../features/access/key-store.ts';
import { ProjectStore } from '../../features/access/project-store.ts';
import { isRole, ROLES } from '../../features/access/roles.ts';
import { WeirError } from '../../kernel/errors.ts';
import { asArray, asString, compact, type JsonObject } from '../../kernel/json.ts';
import { lockDirectory } from '../../storage/sqlite/directory-lock.ts';
import { openSqliteStorage } from '../../storage/sqlite/open-storage.ts';
import { systemClock } from '../system-clock.ts';

/** Keys, wherever they are kept; objects are as the management API has them. */
export interface KeyManager {
  create(body: JsonObject): Promise<JsonObject>;
  list(): Promise<JsonObject>;
  revoke(id: string): Promise<JsonObject>;
  close(): Promise<void>;
}

/** The keys of a data directory that no server uses; the directory's lock decides. */
export async function keysOfDirectory(directory: string): Promise<KeyManager> {
  if (!existsSync(join(directory, 'weir.db'))) {
    throw new UsageError(`${directory} is no data directory of Weir: it has no weir.db. "weir serve" makes one.`);
  }
  const lock = lockDirectory(directory, systemClock.now());
  try {
    const storage = await openSqliteStorage({ file: join(directory, 'weir.db'), clock: systemClock });
    const keys = await KeyStore.open(storage, systemClock);
    const projects = await ProjectStore.open(storage, systemClock);
    return {
      async create(body) {
        const { key, secret } = await keys.create(newKeyOf(body, projects));
        return { ...keyObject(key), key: secret };
      },
      list: async () => ({ data: keys.list(undefined).map(keyObject), next_cursor: null }),
      async revoke(id) {
        if (keys.get(id, undefined) === undefined) {
          throw new WeirError('resource.not_found', { message: `There is no key ${id}.` });
        }
        return keyObject(await keys.revoke(id));
      },
      async close() {
        await storage.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function newKeyOf(body: JsonObject, projects: ProjectStore) {
  const role = body.role ?? 'inference';
  if (!isRole(role)) throw new UsageError(`--role is one of ${ROLES.join(', ')}, not "${role}".`);
  const projectId = asString(body.project_id) ?? DEFAULT_PROJECT;
  if (!projects.exists(projectId)) throw new UsageError(`There is no project ${projectId}.`);
  return {
    name: asString(body.name) ?? '',
    projectId,
    role,
    scopes: compact({
      models: stringsOf(body.models),
      routes: stringsOf(body.routes),
      endpoints: stringsOf(body.endpoints),
    }),
    expiresAt: body.expires_at === undefined ? null : instantOf(String(body.expires_at)),
  };
}

function stringsOf(value: unknown): string[] | undefined {
  return asArray(value)?.filter((item) => typeof item === 'string');
}

function instantOf(text: string): number {
  const instant = Date.parse(text);
  if (Number.isFinite(instant)) return instant;
  throw new UsageError(`--expires-at takes an ISO 8601 time such as 2027-01-01T00:00:00Z, not "${text}".`);
}

function keyObject(key: Key): JsonObject {
  return {
    id: key.id,
    name: key.name,
    project_id: key.projectId,
    role: key.role,
    last4: key.last4,
    ...(key.scopes as JsonObject),
    created_at: new Date(key.createdAt).toISOString(),
    expires_at: key.expiresAt === null ? null : new Date(key.expiresAt).toISOString(),
    revoked_at: key.revokedAt === null ? null : new Date(key.revokedAt).toISOString(),
  };
}
