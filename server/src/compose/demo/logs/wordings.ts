import type { Severity } from '@weir/sampler';

/** One kind of line that an application writes. */
export interface Wording {
  readonly severity: Severity;
  /** `{kind}` stands for a value, see log-stream.ts. */
  readonly text: string;
  /** How often it is written, beside the others. */
  readonly weight: number;
  /** How much more often it is written in the last part of a window that ends with an incident; default 1. */
  readonly incident?: number;
}

/** What the applications of the demo's projects write, each in its own words; errors are about one line in forty. */
export const WORDINGS: Readonly<Record<string, readonly Wording[]>> = {
  storefront: [
    { severity: 'INFO', weight: 300, text: 'GET /products/{n} answered 200 in {ms} ms, {n} bytes' },
    { severity: 'DEBUG', weight: 220, text: 'cache hit for product:{n} after {small} lookups' },
    { severity: 'INFO', weight: 120, text: 'session {hex} touched by user {n} from {ip}' },
    { severity: 'DEBUG', weight: 90, text: 'feature flags evaluated for user {n}: {small} of 14 are on' },
    { severity: 'INFO', weight: 60, text: 'cart {hex} holds {small} items worth {n}.{small}0 EUR' },
    { severity: 'DEBUG', weight: 50, text: 'health probe from {ip} answered in {small} ms' },
    { severity: 'INFO', weight: 40, text: 'search for "{word}" found {n} products in {ms} ms' },
    { severity: 'WARNING', weight: 30, text: 'slow query took {ms} ms on table {table}' },
    { severity: 'INFO', weight: 25, text: 'order {n} placed by user {n}, total {n}.{small}0 EUR' },
    { severity: 'INFO', weight: 20, text: 'payment {hex} of order {n} authorised in {ms} ms' },
    { severity: 'WARNING', weight: 12, text: 'stock of product {n} is down to {small}' },
    { severity: 'WARNING', weight: 10, incident: 9, text: 'payment gateway is slow: attempt {small} took {ms} ms' },
    { severity: 'ERROR', weight: 9, incident: 5, text: 'payment {hex} of order {n} failed: connection reset by {ip}' },
    { severity: 'ERROR', weight: 5, text: 'order {n} was not stored: deadlock on table {table}' },
    { severity: 'INFO', weight: 3, text: 'user {n} changed the password, request came from {ip}' },
    { severity: 'INFO', weight: 2, text: 'price of product {n} changed from {n} to {n} by {user}' },
    { severity: 'CRITICAL', weight: 0.5, text: 'volume /srv/{table} is full: {n} bytes could not be written' },
  ],
  'support-desk': [
    { severity: 'DEBUG', weight: 280, text: 'poll of mailbox {word}@desk.example: {small} new messages' },
    { severity: 'INFO', weight: 200, text: 'ticket #{n} viewed by {user}' },
    { severity: 'DEBUG', weight: 130, text: 'render of template reply_{small} took {ms} ms' },
    { severity: 'INFO', weight: 110, text: 'websocket {hex} subscribed to queue {table}' },
    { severity: 'DEBUG', weight: 70, text: 'heartbeat of worker {small}: {n} jobs done, {small} waiting' },
    { severity: 'INFO', weight: 60, text: 'ticket #{n} moved from queue {table} to queue {table} by {user}' },
    { severity: 'INFO', weight: 45, text: 'reply to ticket #{n} sent by mail in {ms} ms, {n} bytes' },
    { severity: 'WARNING', weight: 25, text: 'attachment {hex}.pdf of ticket #{n} is larger than {n} bytes' },
    { severity: 'INFO', weight: 20, text: 'suggestion of the model accepted by {user} for ticket #{n}' },
    { severity: 'WARNING', weight: 15, incident: 8, text: 'index of ticket #{n} retried: shard {small} is behind' },
    { severity: 'ERROR', weight: 8, incident: 4, text: 'mail to {word}@customer.example bounced: mailbox is full' },
    { severity: 'ERROR', weight: 6, text: 'webhook for ticket #{n} failed: status 503 after {ms} ms' },
    { severity: 'INFO', weight: 4, text: 'refund of {n}.{small}0 EUR approved by {user} for ticket #{n}' },
    { severity: 'INFO', weight: 2, text: 'permission "close tickets" granted to {user}' },
  ],
};
