import { hash } from 'node:crypto';
import type { RouteSpec } from '../route.ts';
import { docsPage } from './docs-page.ts';
import { DOCS_STYLE } from './docs-style.ts';
import { type OpenApiDocument, openApiDocument } from './document.ts';

export interface DocsRouteServices {
  /** The whole route table, these routes included; asked when the first reader comes. */
  readonly routes: () => readonly RouteSpec[];
  readonly version: string;
}

const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', DOCS_STYLE, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function docsRoutes(services: DocsRouteServices): RouteSpec[] {
  let built: OpenApiDocument | undefined;
  const document = (): OpenApiDocument => {
    built ??= openApiDocument(services.routes(), services.version);
    return built;
  };
  const common = { method: 'GET', permission: 'public', errors: 'weir', tag: 'Reference' } as const;
  return [
    { ...common, path: '/api/openapi.json', summary: 'This API as an OpenAPI 3.1 document', handle: document },
    {
      ...common,
      path: '/api/docs',
      summary: 'This reference page',
      handle(request, reply) {
        reply
          .header('x-request-id', request.weirId)
          .header('content-security-policy', CONTENT_POLICY)
          .header('x-content-type-options', 'nosniff')
          .header('referrer-policy', 'no-referrer')
          .type('text/html; charset=utf-8')
          .send(docsPage(document(), originOf(request.headers.host)));
      },
    },
  ];
}

/** Where the reader is, for the examples; a strange Host header is not repeated. */
function originOf(host: string | undefined): string {
  return host !== undefined && /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host)
    ? `http://${host}`
    : 'http://127.0.0.1:8080';
}
