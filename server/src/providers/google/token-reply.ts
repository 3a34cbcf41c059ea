import { isWeirError, WeirError } from '../../kernel/errors.ts';
import { asNumber, asObject, asString, parseJson } from '../../kernel/json.ts';
import type { Access } from '../../ports/provider.ts';

export interface AccessToken {
  readonly token: string;
  /** Counted from when Google gave it. */
  readonly lifetimeMs: number;
}

/** Asks for a token; every way this can fail becomes one clear error that holds no key material. */
export async function askForToken(
  fetch: Access['fetch'],
  request: Parameters<Access['fetch']>[0],
  asked: string,
): Promise<AccessToken> {
  const { status, body } = await fetch(request).catch((cause: unknown) => {
    if (isWeirError(cause)) throw cause;
    throw new WeirError('upstream.unavailable', { message: `${asked} could not be reached.`, cause });
  });
  const json = asObject(parseJson(body));
  if (status !== 200) throw refusal(status, asked, reasonIn(json));
  const token = asString(json?.access_token);
  const lifetimeS = asNumber(json?.expires_in);
  if (!token || lifetimeS === undefined) {
    throw new WeirError('upstream.bad_reply', { message: `${asked} sent a reply without a token or its lifetime.` });
  }
  return { token, lifetimeMs: lifetimeS * 1000 };
}

function refusal(status: number, asked: string, reason: string): WeirError {
  const message = `${asked} gave no token: HTTP ${status}${reason}.`;
  if (status === 429 || status >= 500) return new WeirError('upstream.unavailable', { message });
  return new WeirError(status >= 400 ? 'upstream.auth' : 'upstream.bad_reply', { message });
}

/** `error` and `error_description` of OAuth; long unbroken runs could be our own assertion sent back and are cut out. */
function reasonIn(json: ReturnType<typeof asObject>): string {
  const reason = [asString(json?.error), asString(json?.error_description)].filter(Boolean).join(': ');
  const safe = reason
    .replace(/[^\x20-\x7e]/g, ' ')
    .replace(/[\w+/=.-]{32,}/g, '...')
    .slice(0, 200)
    .replace(/[. ]+$/, '');
  return safe === '' ? '' : ` ${safe}`;
}
