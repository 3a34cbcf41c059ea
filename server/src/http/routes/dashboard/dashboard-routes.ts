import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { WeirError } from '../../../kernel/errors.ts';
import type { RouteSpec, WeirRequest } from '../../route.ts';
import type { BuiltFiles } from './built-files.ts';
import { SCREEN_PATHS } from './screen-paths.ts';

/** What the build put where the nonce of a page goes. */
const NONCE_PLACE = 'WEIR_NONCE';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The dashboard: one page for all of its addresses, and the files that the page loads. */
export function dashboardRoutes(files: BuiltFiles): RouteSpec[] {
  const common = {
    method: 'GET',
    permission: 'public',
    errors: 'weir',
    tag: 'Dashboard',
    documented: false,
  } as const;
  const page = (path: string): RouteSpec => ({
    ...common,
    path,
    summary: 'A page of the dashboard',
    handle: (request, reply) => sendPage(request, reply, files),
  });
  const file = (path: string, cacheControl: string): RouteSpec => ({
    ...common,
    path,
    summary: 'A file of the dashboard',
    handle: (request, reply) => sendFile(request, reply, { files, cacheControl }),
  });
  return [
    page('/'),
    ...SCREEN_PATHS.flatMap((path) => [page(path), page(`${path}/*`)]),
    file('/assets/*', FOR_EVER),
    file('/favicon.svg', 'public, max-age=86400'),
  ];
}

/** Styles that libraries make at run time carry the page's nonce; scripts come from files only. */
async function sendPage(request: WeirRequest, reply: FastifyReply, files: BuiltFiles): Promise<void> {
  const index = await files.read('index.html');
  // A server without the build still shows people its reference.
  if (index === undefined) return void reply.redirect('/api/docs');
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  protect(request, reply)
    .header('content-security-policy', policy)
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cache-control', 'no-store')
    .type(index.type)
    .send(index.bytes.toString('utf8').replaceAll(NONCE_PLACE, nonce));
}

async function sendFile(
  request: WeirRequest,
  reply: FastifyReply,
  of: { files: BuiltFiles; cacheControl: string },
): Promise<void> {
  const name = request.url.split('?')[0]?.slice(1) ?? '';
  const file = await of.files.read(name);
  if (file === undefined) throw new WeirError('resource.not_found');
  const gzipped = takesGzip(request) ? file.gzipped : undefined;
  protect(request, reply).header('cache-control', of.cacheControl).header('vary', 'accept-encoding').type(file.type);
  if (gzipped !== undefined) reply.header('content-encoding', 'gzip');
  reply.send(gzipped ?? file.bytes);
}

function protect(request: WeirRequest, reply: FastifyReply): FastifyReply {
  return reply.headers({
    'x-request-id': request.weirId,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  });
}

function takesGzip(request: WeirRequest): boolean {
  return /\bgzip\b(?!;\s*q=0(?:\.0*)?(?:,|$))/.test(String(request.headers['accept-encoding'] ?? ''));
}
