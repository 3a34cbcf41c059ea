import { uuidV7 } from '../../../kernel/ids.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { InboxRow, StepStatus } from '../../../ports/workflow-store.ts';
import type { Step } from '../flow.ts';
import { type Context, type Frame, waitFor } from './context.ts';

export interface Question {
  readonly kind: Extract<InboxRow['kind'], 'approval' | 'budget' | 'needs_attention' | 'call'>;
  readonly title: string;
  readonly detail: JsonObject;
  readonly form: JsonObject | null;
  readonly status: Extract<StepStatus, 'waiting' | 'needs_attention'>;
  /** When it is answered by itself; null: never. */
  readonly dueAt: number | null;
}

/** What a person, or the time, said. */
export interface Answer {
  readonly status: 'approved' | 'rejected' | 'expired' | 'cancelled';
  readonly data: Json;
  readonly by: string | null;
}

/**
 * Asks people about a step and waits for the answer, parked if need be. A step that waits already has its question: the newest
 * about its path.
 */
export async function ask(
  context: Context,
  step: Step,
  of: { path: string; frame: Frame; question: () => Question },
): Promise<Answer> {
  const { run, services } = context;
  const { path, frame } = of;
  const row = run.steps.get(path);
  const isAsked = row?.status === 'waiting' || row?.status === 'needs_attention';
  const item = (isAsked ? run.item(path) : undefined) ?? put(context, step, { path, question: of.question() });
  const dueAt = item.expires_at;
  const look = async (): Promise<Answer | undefined> => {
    const now = run.item(path) ?? item;
    if (now.status !== 'open') return { status: now.status, data: dataOf(now), by: now.decided_by };
    if (dueAt === null || services.clock.now() < dueAt) return undefined;
    const expired = await services.inbox.decide({
      ...{ projectId: item.project_id, id: item.id, status: 'expired', data: null, by: '' },
      atMs: services.clock.now(),
    });
    const standing = expired ?? (await services.inbox.get(item.project_id, item.id));
    return {
      status: (standing?.status ?? 'expired') as Answer['status'],
      data: standing === undefined ? null : dataOf(standing),
      by: standing?.decided_by ?? null,
    };
  };
  if (!isAsked) await run.durable();
  return waitFor(context, { group: frame.group, dueAt, look });
}

function put({ run, services }: Context, step: Step, of: { path: string; question: Question }): InboxRow {
  const { kind, title, detail, form, status, dueAt } = of.question;
  const now = services.clock.now();
  const item: InboxRow = {
    id: `inbox_${uuidV7(now).replaceAll('-', '')}`,
    project_id: run.row.project_id,
    kind,
    status: 'open',
    title,
    detail: JSON.stringify({ ...detail, workflow: run.flow.name, step: step.name }),
    form: form === null ? null : JSON.stringify(form),
    run_id: run.row.id,
    path: of.path,
    created_at: now,
    expires_at: dueAt,
    decided_at: null,
    decided_by: null,
    data: null,
  };
  run.put(of.path, { status, due_at: dueAt });
  run.ask(item);
  return item;
}

function dataOf({ data }: InboxRow): Json {
  return data === null ? null : (JSON.parse(data) as Json);
}
