import type { Json } from '../../../kernel/json.ts';
import type { StepOf } from '../flow.ts';
import { ask } from './ask.ts';
import type { Context, Frame } from './context.ts';
import type { Done } from './done.ts';
import { StepFailure } from './ending.ts';
import { renderIn } from './render-in.ts';

export async function runApproval(
  context: Context,
  step: StepOf<'approval'>,
  { path, frame }: { path: string; frame: Frame },
): Promise<Done> {
  const answer = await ask(context, step, {
    path,
    frame,
    question() {
      const message = textOf(renderIn(context, step.message, frame));
      const data = step.data === undefined ? null : renderIn(context, step.data, frame);
      const dueAt = step.timeoutMs === undefined ? null : context.services.clock.now() + step.timeoutMs;
      return {
        kind: 'approval',
        title: message,
        detail: { message, data },
        form: step.form ?? null,
        status: 'waiting',
        dueAt,
      };
    },
  });
  const { status, data, by } = withDefault(step, answer);
  if (status === 'approved') return { output: { decision: 'approved', data, by } };
  if (status === 'rejected') {
    throw new StepFailure('approval.rejected', {
      message: `Step "${step.name}" was rejected${by === null ? '' : ` by ${by}`}.`,
    });
  }
  throw new StepFailure('approval.expired', {
    message: `Nobody answered step "${step.name}" within its timeout, and it has no default.`,
  });
}

/** At the timeout the default stands for an answer. */
function withDefault(step: StepOf<'approval'>, answer: { status: string; data: Json; by: string | null }) {
  if (answer.status !== 'expired' || step.default === undefined) return answer;
  const { decision, data } = step.default;
  return { status: decision === 'approve' ? 'approved' : 'rejected', data, by: null };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
