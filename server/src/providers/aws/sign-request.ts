import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from './credentials.ts';
import { signingKey } from './signing-key.ts';

export interface SignInput {
  readonly method: string;
  /** As it will be sent: the path percent-encoded once (`/model/a%3A0/invoke`). */
  readonly url: URL;
  /** Every header that will be sent, except `host`, which is taken from the URL. Hop-by-hop headers are left unsigned. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly region: string;
  readonly service: string;
  readonly credentials: AwsCredentials;
  readonly nowMs: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** Proxies and clients may change these on the way, so a signature over them would break. */
const UNSIGNED = new Set([
  'cache-control',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);
/** These say when and by whom a request was signed: ours replace what the caller had. */
const REPLACED = new Set(['authorization', 'date', 'host']);

/** AWS Signature Version 4 for services other than S3: gives the headers to add to the request. */
export function signRequest(input: SignInput): Record<string, string> {
  const time = new Date(input.nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const bodyHash = sha256(input.body);
  const added: Record<string, string> = { 'x-amz-content-sha256': bodyHash, 'x-amz-date': time };
  if (input.credentials.sessionToken !== undefined) added['x-amz-security-token'] = input.credentials.sessionToken;

  const headers = canonicalHeaders({ ...input.headers, ...added }, input.url.host);
  const signedNames = headers.map(([name]) => name).join(';');
  const canonicalRequest = [
    input.method,
    canonicalPath(input.url.pathname),
    canonicalQuery(input.url.searchParams),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    signedNames,
    bodyHash,
  ].join('\n');

  const day = time.slice(0, 8);
  const scope = `${day}/${input.region}/${input.service}/aws4_request`;
  const key = signingKey({ day, region: input.region, service: input.service, credentials: input.credentials });
  const toSign = [ALGORITHM, time, scope, sha256(canonicalRequest)].join('\n');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const credential = `${input.credentials.accessKeyId}/${scope}`;
  added.authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedNames}, Signature=${signature}`;
  return added;
}

function canonicalHeaders(headers: Readonly<Record<string, string>>, host: string): [string, string][] {
  const signed = new Map([['host', host]]);
  for (const [name, value] of Object.entries(headers)) {
    const lowerName = name.toLowerCase();
    if (REPLACED.has(lowerName) || UNSIGNED.has(lowerName) || /^(?:proxy|sec)-/.test(lowerName)) continue;
    signed.set(lowerName, value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, ''));
  }
  return [...signed].sort(byName);
}

/** The path is encoded again as it was sent (`%3A` becomes `%253A`), its slashes kept, doubled ones merged. */
function canonicalPath(pathname: string): string {
  return encode(pathname.replace(/\/{2,}/g, '/')).replaceAll('%2F', '/');
}

function canonicalQuery(parameters: URLSearchParams): string {
  const encoded = [...parameters].map(([name, value]): [string, string] => [encode(name), encode(value)]);
  return encoded
    .sort((left, right) => byName(left, right) || compare(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** RFC 3986: everything but letters, digits and -._~ is escaped. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function byName(left: [string, string], right: [string, string]): number {
  return compare(left[0], right[0]);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}
