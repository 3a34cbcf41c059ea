import type { SessionObject } from '@weir/contract';
import { useSyncExternalStore } from 'react';
import { readProblem, ServerProblem } from './server-problem.ts';

export type Role = SessionObject['role'];

/** The roles that have what a route asks for; the server decides, this only hides what it would refuse. */
const MAY = {
  develop: ['developer', 'operator', 'admin'],
  operate: ['operator', 'admin'],
  admin: ['admin'],
} as const satisfies Record<string, readonly Role[]>;

/** Null: nobody is signed in, or the server was not asked yet. */
let session: SessionObject | null = null;
const listeners = new Set<() => void>();

export function useSession(): SessionObject | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}

export function csrfToken(): string | undefined {
  return session?.csrf_token ?? undefined;
}

/** Does the session have a permission of the route table? */
export function useMay(permission: keyof typeof MAY): boolean {
  const role = useSession()?.role;
  return role !== undefined && (MAY[permission] as readonly string[]).includes(role);
}

/** Asks once, before anything is shown, whether the cookie still holds. */
export async function resumeSession(): Promise<void> {
  const response = await fetch('/api/v1/session', { credentials: 'same-origin' }).catch(() => undefined);
  set(response?.ok === true ? ((await response.json()) as SessionObject) : null);
}

/** Throws ServerProblem when the key is not right. */
export async function signIn(key: string): Promise<void> {
  const response = await fetch('/api/v1/session', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  }).catch(() => {
    throw new ServerProblem({ status: 0, code: 'network', message: 'The server cannot be reached. Is it running?' });
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw readProblem(response, body);
  set(body as SessionObject);
}

export async function signOut(): Promise<void> {
  await fetch('/api/v1/session', {
    method: 'DELETE',
    credentials: 'same-origin',
    headers: { 'x-weir-csrf': csrfToken() ?? '' },
  }).catch(() => undefined);
  set(null);
}

/** The server no longer knows the cookie. */
export function sessionEnded(): void {
  set(null);
}

function set(next: SessionObject | null): void {
  session = next;
  for (const listener of listeners) listener();
}
