import type { HttpClient } from '../ports/http-client.ts';
import type { WebFetch } from '../ports/web-fetch.ts';
import { boundedFetch } from './bounded-fetch.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/** Requests to addresses that the operator did not name: each meets the egress policy. */
export function webFetch(http: HttpClient, maxBytes = MAX_BYTES): WebFetch {
  return ({ timeoutMs, headers, ...request }) =>
    boundedFetch(http, undefined, { maxBytes, timeoutMs })({ ...request, headers: { ...headers }, trusted: false });
}
