import type { RunCall } from '../../../ports/call.ts';
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
      beside: besideOf(attempt),
    },
    settled,
  });
}

/** What Weir asks for a call of an attempt is part of what the attempt costs. */
export function besideOf({ asks, settled }: Pick<Attempt, 'asks' | 'settled'>): RunCall['beside'] {
  return (record) => asks(record.then((known) => known !== undefined && settled(known)));
}
