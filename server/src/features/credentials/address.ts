import { invalidRequest } from '../../kernel/errors.ts';

/** An address that came by API: http or https, and nothing in it but a place. */
export function parseBaseUrl(text: string, param: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalidRequest(param, 'must be an http or https address.');
  }
  if (url.username !== '' || url.password !== '') throw invalidRequest(param, 'must not hold a user name or password.');
  if (url.search !== '' || url.hash !== '') throw invalidRequest(param, 'must not have a query or fragment.');
  return url;
}

/** Scheme, host and port; undefined for what is no address. */
export function originOf(baseUrl: string | undefined): string | undefined {
  return baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).origin : undefined;
}
