import type { ElicitRequest, ElicitResult } from '@modelcontextprotocol/client';
import { randomHex } from '../../kernel/ids.ts';
import { asObject, parseJson } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InboxStore } from '../../ports/inbox.ts';
import type { InboxRow } from '../../ports/workflow-store.ts';
import { boundedText } from '../results/bounded-text.ts';
import type { CallerTurns, Turn } from './caller-turns.ts';
import { Refusal } from './refusal.ts';

const MAX_FORM_BYTES = 32_768;
/** Whoever decides may be another process. */
const LOOK_EVERY_MS = 1000;

export interface ElicitationServices {
  readonly server: string;
  readonly inbox: InboxStore;
  readonly turns: CallerTurns;
  readonly clock: Clock;
}

/** Answers `elicitation/create` in form mode: an inbox item of the project whose call it is; waits as long as the call does. */
export async function answerElicitation(
  params: ElicitRequest['params'],
  of: ElicitationServices,
): Promise<ElicitResult> {
  const turn = of.turns.current;
  if (turn === undefined) throw new Refusal('People are only asked while a tool is called.');
  if (!('requestedSchema' in params)) throw new Refusal('People are only asked by forms here.');
  const form = JSON.stringify(params.requestedSchema);
  if (Buffer.byteLength(form) > MAX_FORM_BYTES) throw new Refusal('The form is too large.');
  const item = itemOf({ message: params.message, form }, turn, of);
  await of.inbox.put(item);
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
    detail: JSON.stringify({ server: of.server, tool: call.tool, message: boundedText(asked.message, 2000) }),
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

/** The item once it is not open any more; when the call ends before that, nobody needs the answer. */
async function decision(item: InboxRow, turn: Turn, of: ElicitationServices): Promise<InboxRow> {
  const { inbox, clock } = of;
  const { signal } = turn.call;
  while (!signal.aborted && clock.monotonic() < turn.deadline) {
    const now = await inbox.get(item.project_id, item.id);
    if (now === undefined || now.status !== 'open') return now ?? { ...item, status: 'cancelled' };
    await pause(Math.min(LOOK_EVERY_MS, turn.deadline - clock.monotonic()), { clock, signal });
  }
  const status = signal.aborted ? 'cancelled' : 'expired';
  const end = { projectId: item.project_id, id: item.id, status, data: null, by: 'weir', atMs: clock.now() } as const;
  return (await inbox.decide(end)) ?? (await inbox.get(item.project_id, item.id)) ?? { ...item, status };
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
