import type { Access, OutgoingRequest } from '../../ports/provider.ts';

/** `none` is what people write where a configuration wants a key and the server wants none. */
const NO_KEY = new Set(['', 'none']);

export function bearerToken(request: OutgoingRequest, access: Access): void {
  if (!NO_KEY.has(access.secret)) request.headers.authorization = `Bearer ${access.secret}`;
}
