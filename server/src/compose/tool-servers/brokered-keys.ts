import type { Config } from '../../config/schema.ts';
import { keyFrom } from '../../features/access/key-format.ts';
import { DEFAULT_PROJECT } from '../../features/access/key-store.ts';
import { isWeirError } from '../../kernel/errors.ts';
import { brokeredKeyId } from '../../kernel/tool-server-calls.ts';
import type { Stores } from '../stores.ts';

/**
 * Keys that Weir makes for tool servers, so that no provider's key is ever in one. Their secrets are derived from the master key:
 * every replica knows them, none keeps them.
 */
export async function setBrokeredKeys(config: Config, stores: Pick<Stores, 'keys' | 'masterKey'>): Promise<void> {
  const wanted = new Set<string>();
  for (const [server, { broker }] of Object.entries(config.mcp.servers)) {
    if (broker === undefined) continue;
    wanted.add(brokeredKeyId(server));
    await setKey(server, { models: broker.models, stores });
  }
  const gone = stores.keys
    .list(DEFAULT_PROJECT)
    .filter(({ id, revokedAt }) => id.startsWith(brokeredKeyId('')) && revokedAt === null && !wanted.has(id));
  for (const { id } of gone) await stores.keys.revoke(id);
}

/** What the official clients of both providers read, and most servers with them. */
export function brokeredEnvironment(
  server: string,
  of: { address: string; stores: Pick<Stores, 'masterKey'> },
): Record<string, string> {
  const secret = secretOf(server, of.stores);
  return {
    OPENAI_BASE_URL: `${of.address}/v1`,
    OPENAI_API_KEY: secret,
    ANTHROPIC_BASE_URL: of.address,
    ANTHROPIC_API_KEY: secret,
  };
}

async function setKey(
  server: string,
  of: { models: readonly string[] | undefined; stores: Pick<Stores, 'keys' | 'masterKey'> },
): Promise<void> {
  const { models, stores } = of;
  const scopes = models === undefined ? {} : { models };
  const key = {
    name: `MCP server ${server}`,
    projectId: DEFAULT_PROJECT,
    role: 'inference',
    scopes,
    expiresAt: null,
  } as const;
  try {
    await stores.keys.set(brokeredKeyId(server), secretOf(server, stores), key);
  } catch (error) {
    // Another replica made the same key at the same moment.
    if (!isWeirError(error) || error.code !== 'conflict') throw error;
    await stores.keys.refresh(undefined);
  }
}

function secretOf(server: string, { masterKey }: Pick<Stores, 'masterKey'>): string {
  return keyFrom(masterKey.derive(`weir key of the MCP server ${server}`));
}
