import { uuidV7 } from '../../kernel/ids.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../kernel/time.ts';
import type { Alert, AlertSink } from '../../ports/alerts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Access } from '../../ports/provider.ts';
import { alertBody } from './alert-body.ts';
import { signAlert } from './sign-alert.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  readonly clock: Clock;
  /** Bounded in time and size by whoever gives it. */
  readonly fetch: Access['fetch'];
  /** Told of every alert that will not be sent any more: the queue was full, or a day of tries failed. */
  readonly deadLetter: (alert: Alert, why: 'queue_full' | 'undeliverable') => void;
  readonly delivered: (alert: Alert) => void;
}

/** Alerts that wait; more than this means that nobody listens. */
const MAX_WAITING = 1000;
const FIRST_PAUSE_MS = 5 * SECOND_MS;
const LONGEST_PAUSE_MS = HOUR_MS;
const GIVE_UP_MS = DAY_MS;

interface Waiting {
  readonly id: string;
  readonly alert: Alert;
  readonly sinceMono: number;
}

/** Delivers alerts one after the other, in order; while the receiver is away they wait, and calls notice nothing. */
export class AlertWebhook implements AlertSink {
  readonly #options: WebhookOptions;
  readonly #waiting: Waiting[] = [];
  #pauseMs = FIRST_PAUSE_MS;
  #running = false;
  #cancelPause: (() => void) | undefined;
  #closed = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  send(alert: Alert): void {
    if (this.#closed || this.#waiting.length >= MAX_WAITING) return this.#options.deadLetter(alert, 'queue_full');
    const { clock } = this.#options;
    this.#waiting.push({
      id: `alert_${uuidV7(clock.now()).replaceAll('-', '')}`,
      alert,
      sinceMono: clock.monotonic(),
    });
    if (!this.#running && this.#cancelPause === undefined) void this.#deliver();
  }

  /** Alerts that still wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Nothing is sent any more; what waits is told as undelivered. */
  close(): void {
    this.#closed = true;
    this.#cancelPause?.();
    for (const { alert } of this.#waiting.splice(0)) this.#options.deadLetter(alert, 'undeliverable');
  }

  async #deliver(): Promise<void> {
    this.#cancelPause = undefined;
    this.#running = true;
    for (let first = this.#waiting[0]; first !== undefined && !this.#closed; first = this.#waiting[0]) {
      const arrived = await this.#post(first);
      if (this.#closed) break;
      if (arrived) {
        this.#waiting.shift();
        this.#pauseMs = FIRST_PAUSE_MS;
        this.#options.delivered(first.alert);
      } else if (this.#options.clock.monotonic() - first.sinceMono >= GIVE_UP_MS) {
        this.#waiting.shift();
        this.#options.deadLetter(first.alert, 'undeliverable');
      } else {
        this.#cancelPause = this.#options.clock.after(this.#pauseMs, () => void this.#deliver());
        this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
        break;
      }
    }
    this.#running = false;
  }

  async #post({ id, alert }: Waiting): Promise<boolean> {
    const { url, secret, clock, fetch } = this.#options;
    const body = alertBody(id, alert);
    const signature = signAlert(body, { secret, nowMs: clock.now() });
    const headers = { 'content-type': 'application/json', 'x-weir-alert-id': id, 'x-weir-signature': signature };
    try {
      const { status } = await fetch({ method: 'POST', url, headers, body });
      return status >= 200 && status < 300;
    } catch {
      // Whatever it was, the receiver did not take it: it is tried again.
      return false;
    }
  }
}
