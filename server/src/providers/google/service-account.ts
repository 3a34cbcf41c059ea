import { WeirError } from '../../kernel/errors.ts';
import type { Access } from '../../ports/provider.ts';
import { parseServiceAccountKey, type ServiceAccountKey } from './service-account-key.ts';
import { type AccessToken, askForToken } from './token-reply.ts';

export interface ServiceAccountGrant {
  /** The service-account key as Google's JSON. */
  readonly credential: string;
  readonly nowMs: number;
  readonly fetch: Access['fetch'];
  /** The operator's token address; absent means Google's. */
  readonly tokenUrl?: string | undefined;
}

const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** The longest Google accepts. */
const ASSERTION_LIFETIME_S = 3600;

/** Exchanges a signed statement of the service account for an access token (RFC 7523). Nothing is cached here. */
export async function serviceAccountToken(grant: ServiceAccountGrant): Promise<AccessToken> {
  const key = parseServiceAccountKey(grant.credential);
  const tokenUrl = allowedTokenUrl(key, grant.tokenUrl);
  const assertion = await signAssertion(key, tokenUrl, Math.floor(grant.nowMs / 1000));
  const request = {
    method: 'POST',
    url: tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ grant_type: GRANT_TYPE, assertion }).toString(),
  };
  return askForToken(grant.fetch, request, 'The Google token server');
}

/** A key names the server that will be sent a signed statement, so a key from a stranger must not choose it. */
function allowedTokenUrl(key: ServiceAccountKey, override: string | undefined): string {
  const isAllowed = key.tokenUri === undefined || key.tokenUri === GOOGLE_TOKEN_URL || key.tokenUri === override;
  if (isAllowed) return override ?? GOOGLE_TOKEN_URL;
  throw new WeirError('config.invalid', {
    message: `The Google credential has a "token_uri" other than ${GOOGLE_TOKEN_URL}.`,
  });
}

async function signAssertion(key: ServiceAccountKey, audience: string, nowS: number): Promise<string> {
  const { importPKCS8, SignJWT } = await import('jose');
  // The cause is left out on purpose: it may quote the key.
  const privateKey = await importPKCS8(key.privateKey, 'RS256').catch(() => {
    throw new WeirError('config.invalid', { message: 'The "private_key" of the Google credential cannot be read.' });
  });
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(key.privateKeyId && { kid: key.privateKeyId }) })
    .setIssuer(key.clientEmail)
    .setAudience(audience)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + ASSERTION_LIFETIME_S)
    .sign(privateKey);
}
