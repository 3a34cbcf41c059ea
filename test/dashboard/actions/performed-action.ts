import type { Page } from 'playwright-core';
import type { Visitor } from '../support/browser.ts';
import type { Stand } from '../support/stand.ts';

/** How a person does an action; what it needs is planted through the API first, with names no other action uses. */
export type Perform = (person: Visitor, stand: Stand) => Promise<void>;

/** Actions of the management API, "METHOD /path/:with/:parameters", each as a person does it at a screen. */
export type Actions = Readonly<Record<string, Perform>>;

export interface PerformedAction {
  /** Of the first request that the page sent for the action. */
  readonly status: number;
  /** What the page sent of its own before or instead, to say where it went wrong. */
  readonly sent: readonly string[];
}

/** Performs an action and gives the reply that the page got to its request; `status` is 0 when it sent none. */
export async function performed(action: string, person: Visitor, act: () => Promise<void>): Promise<PerformedAction> {
  const sent: string[] = [];
  let status = 0;
  const onResponse = (response: Awaited<ReturnType<Page['waitForResponse']>>) => {
    const method = response.request().method();
    const { pathname } = new URL(response.url());
    if (method === 'GET') return;
    sent.push(`${method} ${pathname}: ${response.status()}`);
    if (status === 0 && isOf(action, `${method} ${pathname}`)) status = response.status();
  };
  person.page.on('response', onResponse);
  await act();
  person.page.off('response', onResponse);
  return { status, sent };
}

function isOf(action: string, request: string): boolean {
  const wanted = action.split('/');
  const parts = request.split('/');
  return wanted.length === parts.length && wanted.every((part, at) => part.startsWith(':') || part === parts[at]);
}
