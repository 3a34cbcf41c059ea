import { createHash } from 'node:crypto';
import { MINUTE_MS } from '../../kernel/time.ts';
import type { Access } from '../../ports/provider.ts';
import { metadataServerToken } from './metadata-server.ts';
import { serviceAccountToken } from './service-account.ts';

export interface AccessTokenRequest {
  /** A service-account key as JSON; '' asks the metadata server of the machine. */
  readonly credential: string;
  readonly nowMs: number;
  readonly fetch: Access['fetch'];
  /** The operator's token address; absent means Google's. */
  readonly tokenUrl?: string | undefined;
  /** Host or host:port of the metadata server (GCE_METADATA_HOST); absent means Google's. */
  readonly metadataHost?: string | undefined;
}

/** Gives a token that is good for at least another minute. */
export type GoogleAccessTokens = (request: AccessTokenRequest) => Promise<string>;

interface Entry {
  readonly token: Promise<string>;
  /** Infinity while the exchange runs, so that everybody waits for the same one. */
  usableUntilMs: number;
}

const MAX_CREDENTIALS = 1000;

/** One cache of tokens by credential: callers at the same time share one exchange, and a failed one is not remembered. */
export function createGoogleAccessTokens(): GoogleAccessTokens {
  const entries = new Map<string, Entry>();

  return (request) => {
    const name = nameOf(request);
    const known = entries.get(name);
    if (known !== undefined && request.nowMs < known.usableUntilMs) return known.token;

    const exchange =
      request.credential === ''
        ? metadataServerToken(request.fetch, request.metadataHost)
        : serviceAccountToken(request);
    const entry: Entry = {
      usableUntilMs: Infinity,
      token: exchange.then(
        ({ token, lifetimeMs }) => {
          entry.usableUntilMs = request.nowMs + lifetimeMs - MINUTE_MS;
          return token;
        },
        (error: unknown) => {
          if (entries.get(name) === entry) entries.delete(name);
          throw error;
        },
      ),
    };
    makeRoom(entries);
    entries.set(name, entry);
    return entry.token;
  };
}

/** A digest, so that the cache does not keep keys in memory after they were deleted. */
function nameOf({ credential, tokenUrl, metadataHost }: AccessTokenRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([credential, tokenUrl, metadataHost]))
    .digest('base64');
}

function makeRoom(entries: Map<string, Entry>): void {
  if (entries.size < MAX_CREDENTIALS) return;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}
