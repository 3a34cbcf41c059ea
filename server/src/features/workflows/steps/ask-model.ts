import type { ModelAnswer, ModelGateway, RunQuestion } from '../../../ports/model-gateway.ts';
import { idempotencyHeader } from './idempotency-header.ts';
import type { Attempt } from './step-runner.ts';

type Question = Pick<
  RunQuestion,
  'model' | 'messages' | 'maxTokens' | 'temperature' | 'topP' | 'stop' | 'schema' | 'keep'
>;

/** The one model call of an attempt: in the run's name, under the request id and within the budgets it was given. */
export function askModel(models: ModelGateway, attempt: Attempt, question: Question): Promise<ModelAnswer> {
  const { caller, userId, requestId, timeoutMs, signal, budgets, allowances, isApproved, settled } = attempt;
  return models.answer({
    ...question,
    caller,
    userId,
    requestId,
    timeoutMs,
    signal,
    run: {
      runId: attempt.runId,
      step: attempt.path,
      idempotencyKey: idempotencyHeader(attempt.idempotencyKey),
      budgets,
      allowances,
      isApproved,
    },
    settled,
  });
}
