import type { RouteSpec } from '../route.ts';

/** Clients look whether somebody is there before they start: a quick 200 without a body. */
export function clientProbeRoutes(): RouteSpec[] {
  const paths: [RouteSpec['method'], string][] = [
    ['HEAD', '/'],
    ['HEAD', '/api/hello'],
    ['GET', '/api/hello'],
  ];
  return paths.map(
    ([method, path]): RouteSpec => ({
      method,
      path,
      permission: 'public',
      errors: 'weir',
      tag: 'Health',
      summary: 'Says that a server is here',
      documented: method === 'GET',
      handle: (_request, reply) => {
        if (method === 'GET') return { service: 'weir' };
        return void reply.code(200).send();
      },
    }),
  );
}
