import { hash } from 'node:crypto';

/** A stable number in [0, 1) for a session, so that a sticky route draws the same target each time. */
export function sessionPoint(session: string | undefined): number | undefined {
  return session === undefined ? undefined : Number.parseInt(hash('sha256', session, 'hex').slice(0, 12), 16) / 2 ** 48;
}
