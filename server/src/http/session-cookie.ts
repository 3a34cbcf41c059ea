import type { IncomingHttpHeaders } from 'node:http';

const NAME = 'weir_session';

/** The token in the session cookie; undefined without one. */
export function sessionTokenOf({ cookie }: IncomingHttpHeaders): string | undefined {
  if (cookie === undefined) return undefined;
  for (const pair of cookie.split(';')) {
    const [name = '', value] = pair.trim().split('=', 2);
    if (name === NAME && value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** No script reads it and no other site's page sends it along. `maxAgeS` 0 takes it away. */
export function sessionCookie(token: string, of: { maxAgeS: number; secure: boolean }): string {
  const parts = [`${NAME}=${token}`, 'Path=/', `Max-Age=${of.maxAgeS}`, 'HttpOnly', 'SameSite=Strict'];
  return [...parts, ...(of.secure ? ['Secure'] : [])].join('; ');
}
