import type { ElicitRequest, ElicitResult } from '@modelcontextprotocol/client';
import { isWeirError } from '../../kernel/errors.ts';
import { randomHex } from '../../kernel/ids.ts';
import { asObject, parseJson } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InboxStore } from '../../ports/inbox.ts';
import type { InboxRow } from '../../ports/workflow-store.ts';
import { boundedText } from '../results/bounded-text.ts';
import type { CallerTurns, Turn } from './caller-turns.ts';
import { Refusal } from './refusal.ts';

const MAX_FORM_BYTES = 32_768;
/** Questions of one run that are looked through. */
const MAX_ASKED = 1000;
/** Whoever decides may be another process. */
const LOOK_EVERY_MS = 1000;

export interface ElicitationServices {
  readonly server: string;
  readonly inbox: InboxStore;
  readonly turns: CallerTurns;
  readonly clock: Clock;
}

/**
 * Answers `elicitation/create` in form mode: an inbox item of the project whose call it is; waits as long as the call does. A call
 * of a run that is made again after its process ended finds what it asked then, answered or not.
 */
export async function answerElicitation(
  params: ElicitRequest['params'],
  of: ElicitationServices,
): Promise<ElicitResult> {
  const turn = of.turns.current;
  if (turn === undefined) throw new Refusal('People are only asked while a tool is called.');
  if (!('requestedSchema' in params)) throw new Refusal('People are only asked by forms here.');
  const form = JSON.stringify(params.requestedSchema);
  if (Buffer.byteLength(form) > MAX_FORM_BYTES) throw new Refusal('The form is too large.');
  const asked = itemOf({ message: params.message, form }, turn, of);
  const standing = await askedBefore(asked, turn, of);
  const item = standing ?? asked;
  turn.items.add(item.id);
  if (standing === undefined) await of.inbox.put(item);
  const decided = await decision(item, turn, of);
  if (decided.status === 'approved') {
    return {
      action: 'accept',
      content: (asObject(parseJson(decided.data ?? '')) ?? {}) as NonNullable<ElicitResult['content']>,
    };
  }
  return { action: decided.status === 'rejected' ? 'decline' : 'cancel' };
}

function itemOf(asked: { message: string; form: string }, turn: Turn, of: ElicitationServices): InboxRow {
  const { call, deadline } = turn;
  const now = of.clock.now();
  return {
    id: `inb_${randomHex(16)}`,
    project_id: call.caller.projectId,
    kind: 'elicitation',
    status: 'open',
    title: `Tool "${call.tool}" of MCP server "${of.server}" asks: ${boundedText(asked.message, 120)}`,
    detail: JSON.stringify({
      ...{ server: of.server, tool: call.tool, message: boundedText(asked.message, 2000) },
      ...(call.origin === undefined ? {} : { call: call.origin.idempotencyKey }),
    }),
    form: asked.form,
    run_id: call.origin?.runId ?? null,
    path: call.origin?.step ?? null,
    created_at: now,
    expires_at: now + Math.max(0, Math.round(deadline - of.clock.monotonic())),
    decided_at: null,
    decided_by: null,
    data: null,
  };
}

/** The same question of the same call, when an earlier process asked it; the oldest that this one has not found yet. */
async function askedBefore(
  { detail, form }: InboxRow,
  { call, items }: Turn,
  { inbox }: ElicitationServices,
): Promise<InboxRow | undefined> {
  const { origin, caller } = call;
  if (origin === undefined) return undefined;
  const of = { projectId: caller.projectId, runId: origin.runId, kind: 'elicitation', limit: MAX_ASKED } as const;
  const all = await inbox.list(of);
  return all.findLast(
    (item) =>
      item.path === origin.step &&
      item.detail === detail &&
      item.form === form &&
      (item.status === 'open' || item.status === 'approved' || item.status === 'rejected') &&
      !items.has(item.id),
  );
}

/** The item once it is not open any more; when the call ends before that, nobody needs the answer. */
async function decision(item: InboxRow, turn: Turn, of: ElicitationServices): Promise<InboxRow> {
  const { inbox, clock } = of;
  const { signal } = turn.call;
  while (!signal.aborted && clock.monotonic() < turn.deadline) {
    const now = await inbox.get(item.project_id, item.id);
    if (now === undefined || now.status !== 'open') return now ?? { ...item, status: 'cancelled' };
    await pause(Math.min(LOOK_EVERY_MS, turn.deadline - clock.monotonic()), { clock, signal });
  }
  // The process ends, or the run does: the question stands for whoever goes on with the run, and ends with it.
  if (signal.aborted && turn.call.origin !== undefined && !isWeirError(signal.reason))
    return { ...item, status: 'cancelled' };
  const status = signal.aborted && !isTimeout(signal.reason) ? 'cancelled' : 'expired';
  const end = { projectId: item.project_id, id: item.id, status, data: null, by: 'weir', atMs: clock.now() } as const;
  return (await inbox.decide(end)) ?? (await inbox.get(item.project_id, item.id)) ?? { ...item, status };
}

function isTimeout(reason: unknown): boolean {
  return isWeirError(reason) && reason.code === 'upstream.timeout';
}

function pause(ms: number, of: { clock: Clock; signal: AbortSignal }): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      of.signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = of.clock.after(Math.max(0, ms), done);
    of.signal.addEventListener('abort', done, { once: true });
  });
}
