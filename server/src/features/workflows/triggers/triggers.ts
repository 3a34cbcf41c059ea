import { isWeirError, WeirError } from '../../../kernel/errors.ts';
import { uuidV7 } from '../../../kernel/ids.ts';
import { type Json, parseJson } from '../../../kernel/json.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ContentSeal } from '../../../ports/secrets.ts';
import type { TriggerRow, WorkflowStore } from '../../../ports/workflow-store.ts';
import type { Trigger } from '../flow.ts';
import { nextFire } from './cron-schedule.ts';
import { newWebhookSecret, verifyWebhook } from './webhook-signature.ts';

/** A run that nobody asked for by the API. */
export interface TriggeredRun {
  readonly projectId: string;
  readonly workflowId: string;
  /** It acts as the key that stored the trigger. */
  readonly keyId: string;
  readonly trigger: 'cron' | 'webhook';
  readonly input: Json;
  /** The same for the same fire or delivery, whichever process sees it. */
  readonly dedupeKey: string;
}

export interface TriggerServices {
  readonly store: WorkflowStore['triggers'];
  readonly seal: ContentSeal;
  readonly clock: Clock;
  /** Starts a run of the newest version; gives its id, undefined when there is one of that dedupe key already. */
  readonly start: (run: TriggeredRun) => Promise<string | undefined>;
  /** Told of fires that could not become a run. */
  readonly report: (row: TriggerRow, error: unknown) => void;
}

/** A webhook's secret, shown to whoever made it and never again. */
export interface ShownSecret {
  readonly name: string;
  readonly secret: string;
}

const LOOK_MS = SECOND_MS;
const MOST_AT_ONCE = 100;
/** The last moment a date can name: a line that never fires again stands there. */
const NEVER_MS = 8_640_000_000_000_000;

/** What starts runs by itself: cron lines, and webhooks that other systems call. */
export class Triggers {
  readonly #of: TriggerServices;
  /** Checked when there is no such webhook, so that the answer takes as long. */
  readonly #decoy = newWebhookSecret();
  #cancelLook: (() => void) | undefined;
  #stopped = true;
  #looking: Promise<void> = Promise.resolve();

  constructor(services: TriggerServices) {
    this.#of = services;
  }

  /** Puts a definition's triggers in the place of the workflow's. Cron lines and secrets that stay keep their turn. */
  async replace(
    workflow: { readonly id: string; readonly projectId: string },
    of: { triggers: readonly Trigger[]; keyId: string },
  ): Promise<ShownSecret[]> {
    const standing = await this.#of.store.all(workflow.id);
    if (standing.length === 0 && of.triggers.length === 0) return [];
    const shown: ShownSecret[] = [];
    const rows = of.triggers.map((trigger, at) => {
      const name = trigger.type === 'cron' ? `cron-${at + 1}` : trigger.name;
      const before = standing.find((row) => row.name === name && row.type === trigger.type);
      const secret = trigger.type === 'cron' ? null : (before?.secret ?? this.#newSecret(workflow, { name, shown }));
      return {
        ...{ id: before?.id ?? `trg_${uuidV7(this.#of.clock.now())}`, workflow_id: workflow.id },
        ...{ project_id: workflow.projectId, name, type: trigger.type, definition: JSON.stringify(trigger), secret },
        ...{ key_id: of.keyId, next_at: trigger.type === 'cron' ? this.#nextAt(trigger, before) : null },
      };
    });
    await this.#of.store.put(workflow.id, rows);
    return shown;
  }

  /** Those of a workflow, as its newest version has them. */
  async all(workflowId: string): Promise<{ name: string; trigger: Trigger; nextAtMs: number | undefined }[]> {
    const rows = await this.#of.store.all(workflowId);
    return rows.map((row) => ({
      ...{ name: row.name, trigger: JSON.parse(row.definition) as Trigger },
      nextAtMs: row.next_at === null || row.next_at >= NEVER_MS ? undefined : row.next_at,
    }));
  }

  /** A new secret for a webhook; the one before is worth nothing from now on. Undefined: there is no such webhook. */
  async rotate(workflowId: string, name: string): Promise<ShownSecret | undefined> {
    const rows = await this.#of.store.all(workflowId);
    const row = rows.find((one) => one.name === name && one.type === 'webhook');
    if (row === undefined) return undefined;
    const shown: ShownSecret[] = [];
    const secret = this.#newSecret({ projectId: row.project_id }, { name, shown });
    await this.#of.store.put(
      workflowId,
      rows.map((one) => (one === row ? { ...one, secret } : one)),
    );
    return shown[0];
  }

  /**
   * Starts the run of a webhook's delivery; gives its id. Throws `resource.not_found` for what is no webhook and for
   * signatures that are wrong alike, `conflict` for a delivery that was taken before.
   */
  async deliver(of: {
    workflowId: string;
    name: string;
    signature: string | undefined;
    body: Buffer;
  }): Promise<{ executionId: string }> {
    const { store, seal, clock, start } = this.#of;
    const row = await store.find(of.workflowId, of.name);
    const sealed = row?.type === 'webhook' ? row.secret : null;
    const secret = row === undefined || sealed === null ? this.#decoy : seal.open(row.project_id, sealed);
    const delivery = verifyWebhook(secret, { header: of.signature, body: of.body, nowMs: clock.now() });
    if (row === undefined || sealed === null || delivery === undefined) throw notTaken();
    const executionId = await start({
      ...{ projectId: row.project_id, workflowId: row.workflow_id, keyId: row.key_id, trigger: 'webhook' },
      ...{ input: inputOf(of.body), dedupeKey: `hook ${row.id} ${delivery}` },
    });
    if (executionId !== undefined) return { executionId };
    throw new WeirError('conflict', { message: 'This delivery was taken before: its signature is the same.' });
  }

  /** Looks for due cron lines every second, until `stop`. */
  begin(): void {
    this.#stopped = false;
    this.#lookAgain();
  }

  /** Resolves when no fire is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelLook?.();
    await this.#looking;
  }

  /** Starts the runs of cron lines that are due. What was missed while nobody looked becomes one run. */
  async fireDue(): Promise<void> {
    const { store, clock } = this.#of;
    const nowMs = clock.now();
    for (const row of await store.due(nowMs, MOST_AT_ONCE)) await this.#fire(row, nowMs);
  }

  #lookAgain(): void {
    if (this.#stopped) return;
    this.#cancelLook = this.#of.clock.after(LOOK_MS, () => {
      this.#looking = this.fireDue()
        // The database will be there again, and the lines are still due then.
        .catch(() => undefined)
        .finally(() => this.#lookAgain());
    });
  }

  /** The run comes first: of several processes, or after a crash in between, one gets it by its dedupe key. */
  async #fire(row: TriggerRow, nowMs: number): Promise<void> {
    const { store, start, report } = this.#of;
    const line = JSON.parse(row.definition) as Extract<Trigger, { type: 'cron' }>;
    const dueMs = row.next_at ?? nowMs;
    try {
      await start({
        ...{ projectId: row.project_id, workflowId: row.workflow_id, keyId: row.key_id, trigger: 'cron' },
        ...{ input: line.input, dedupeKey: `cron ${row.id} ${dueMs}` },
      });
    } catch (error) {
      if (isWeirError(error) && error.code === 'store.unavailable') throw error;
      report(row, error);
    }
    await store.advance(row.id, { fromMs: dueMs, toMs: nextFire(line, nowMs) ?? NEVER_MS });
  }

  #nextAt(trigger: Extract<Trigger, { type: 'cron' }>, before: TriggerRow | undefined): number {
    const standing = before === undefined ? undefined : (JSON.parse(before.definition) as typeof trigger);
    const isSame = standing?.cron === trigger.cron && standing.timeZone === trigger.timeZone;
    if (isSame && before?.next_at) return before.next_at;
    return nextFire(trigger, this.#of.clock.now()) ?? NEVER_MS;
  }

  #newSecret(owner: { readonly projectId: string }, of: { name: string; shown: ShownSecret[] }): string {
    const secret = newWebhookSecret();
    of.shown.push({ name: of.name, secret });
    return this.#of.seal.seal(owner.projectId, secret);
  }
}

/** A body that is JSON is the input; any other is the input as text. */
function inputOf(body: Buffer): Json {
  const text = body.toString('utf8');
  return text === '' ? {} : (parseJson(text) ?? text);
}

function notTaken(): WeirError {
  return new WeirError('resource.not_found', {
    message:
      'There is no such webhook, or its signature does not hold: x-weir-signature is t=<Unix seconds>,v1=<HMAC-SHA-256 of t.body in hexadecimal digits>, at most five minutes old.',
  });
}
