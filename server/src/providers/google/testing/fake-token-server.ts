import { createVerify, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Access } from '../../../ports/provider.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** A service-account key file whose signatures the fake server accepts. */
export function serviceAccountJson(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: 'test-project',
    private_key_id: 'key-1',
    private_key: privateKey,
    client_email: 'weir@test-project.iam.gserviceaccount.com',
    token_uri: 'https://oauth2.googleapis.com/token',
    ...changes,
  });
}

export interface FakeTokenServer {
  readonly host: string;
  readonly tokenUrl: string;
  /** What the server thinks the time is, in seconds. */
  nowS: number;
  /** Lifetime of the tokens it gives, in seconds. */
  expiresIn: unknown;
  /** Answers instead of a token when set. */
  answer: { status: number; body: string } | undefined;
  /** One line per request. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Answers as Google's token server and metadata server do, and checks the assertion as the first one would. */
export async function startFakeTokenServer(): Promise<FakeTokenServer> {
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeTokenServer = {
    host,
    tokenUrl: `http://${host}/token`,
    nowS: 1_800_000_000,
    expiresIn: 3600,
    answer: undefined,
    requests: [],
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    fake.requests.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const problem =
      request.url === '/token'
        ? problemIn(new URLSearchParams(Buffer.concat(chunks).toString()), request)
        : problemInMetadata(request);
    const { status, body } = fake.answer ?? (problem ? refuse(problem) : grant());
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }

  function problemIn(form: URLSearchParams, request: IncomingMessage): string | undefined {
    if (request.method !== 'POST') return 'method';
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return 'content type';
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return 'grant type';
    const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const isSigned = createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url');
    if (!isSigned) return 'signature';
    const { alg, kid } = decode(header);
    const { aud, iss, scope, iat, exp } = decode(claims);
    if (alg !== 'RS256' || kid !== 'key-1') return 'header';
    if (aud !== fake.tokenUrl) return 'aud';
    if (iss !== 'weir@test-project.iam.gserviceaccount.com') return 'iss';
    if (scope !== 'https://www.googleapis.com/auth/cloud-platform') return 'scope';
    if (iat !== fake.nowS || exp !== fake.nowS + 3600) return 'iat or exp';
    return undefined;
  }

  function grant(): { status: number; body: string } {
    const token = { access_token: `token-${fake.requests.length}`, expires_in: fake.expiresIn, token_type: 'Bearer' };
    return { status: 200, body: JSON.stringify(token) };
  }

  return fake;
}

function problemInMetadata(request: IncomingMessage): string | undefined {
  if (request.headers['metadata-flavor'] !== 'Google') return 'metadata flavor';
  return request.url === '/computeMetadata/v1/instance/service-accounts/default/token' ? undefined : 'path';
}

function refuse(problem: string): { status: number; body: string } {
  return { status: 400, body: JSON.stringify({ error: 'invalid_grant', error_description: `Wrong ${problem}.` }) };
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}

/** Real HTTP for tests, in the shape providers are given. */
export const realFetch: Access['fetch'] = async ({ url, ...request }) => {
  const reply = await fetch(url, request);
  return { status: reply.status, body: await reply.text() };
};
