import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonClient, jsonClientOver } from '../../cli/json-client.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { ADMIN_KEY_ID, type Key, KeyStore } from '../../features/access/key-store.ts';
import { ProjectStore } from '../../features/access/project-store.ts';
import { AuditLog } from '../../features/audit/audit-log.ts';
import { errorEncoder } from '../../http/error-body.ts';
import type { Idempotency } from '../../http/idempotent-reply.ts';
import { keyRoutes } from '../../http/routes/management/keys.ts';
import { createServer } from '../../http/server.ts';
import { anthropicMessagesClient } from '../../protocols/anthropic-messages/client.ts';
import { openaiChatClient } from '../../protocols/openai-chat/client.ts';
import { lockDirectory } from '../../storage/sqlite/directory-lock.ts';
import { openSqliteStorage } from '../../storage/sqlite/open-storage.ts';
import { systemClock } from '../system-clock.ts';

const MAX_BODY_BYTES = 1_048_576;

export interface KeyApi {
  readonly client: JsonClient;
  close(): Promise<void>;
}

/**
 * The key routes of the management API on a data directory, without a network: the checks, the audit trail and the
 * replies are the server's own. The directory's lock refuses one that a server uses.
 */
export async function openKeyApi(directory: string): Promise<KeyApi> {
  const file = join(directory, 'weir.db');
  if (!existsSync(file)) {
    throw new UsageError(`${directory} is no data directory of Weir: it has no weir.db. "weir serve" makes one.`);
  }
  const lock = lockDirectory(directory, systemClock.now());
  try {
    const storage = await openSqliteStorage({ file, clock: systemClock });
    const keys = await KeyStore.open(storage, systemClock);
    const app = createServer(
      keyRoutes({
        keys,
        projects: await ProjectStore.open(storage, systemClock),
        audit: new AuditLog(storage, systemClock),
        clock: systemClock,
        // Which models there are is the server's to know; it says so when a call needs one that is not there.
        isModel: () => true,
      }),
      {
        authenticate: () => adminOf(keys, directory),
        clock: systemClock,
        errors: errorEncoder({ openai: openaiChatClient, anthropic: anthropicMessagesClient }, () => systemClock.now()),
        maxBodyBytes: MAX_BODY_BYTES,
        idempotency: NEVER_REPEATED,
        report: (error) => {
          throw error;
        },
      },
    );
    return {
      client: jsonClientOver(async ({ method, path, body }) => {
        const reply = await app.inject({
          method: method as 'GET',
          url: path,
          ...(body === undefined ? {} : { payload: body, headers: { 'content-type': 'application/json' } }),
        });
        return { status: reply.statusCode, text: reply.body };
      }, directory),
      async close() {
        await app.close();
        await storage.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Who may read the files may do what their administrator may. */
function adminOf(keys: KeyStore, directory: string): Key {
  const admin = keys.get(ADMIN_KEY_ID, undefined);
  if (admin !== undefined) return admin;
  throw new UsageError(`${directory} has no admin key yet: start "weir serve" once.`);
}

/** A command line sends no Idempotency-Key. */
const NEVER_REPEATED: Idempotency = {
  begin: () => Promise.resolve({ kind: 'new', ticket: { id: '', projectId: '' } }),
  finish: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};
