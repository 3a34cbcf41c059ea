import { fromThreadFailure } from '../threads/failure.ts';
import type { BatchAnswer, SqlBatch, SqlResult } from './statements.ts';
import type { Turns } from './worker-dialect.ts';

/**
 * Runs transactions of one connection. Those that come while it is busy share the next message to its thread, and there one
 * transaction: one wait for the disk. One that fails does not fail the others.
 */
export function groupCommit(of: {
  readonly turns: Turns;
  readonly run: (batches: readonly SqlBatch[]) => Promise<readonly BatchAnswer[]>;
}): (batch: SqlBatch) => Promise<SqlResult> {
  let waiting: { readonly batch: SqlBatch; readonly answer: PromiseWithResolvers<SqlResult> }[] = [];
  async function runNext(): Promise<void> {
    const release = await of.turns.take();
    const taken = waiting;
    waiting = [];
    try {
      const answers = await of.run(taken.map(({ batch }) => batch));
      taken.forEach(({ answer }, at) => {
        const { result, failure } = answers[at] as BatchAnswer;
        if (failure === undefined) answer.resolve(result as SqlResult);
        else answer.reject(fromThreadFailure(failure));
      });
    } catch (error) {
      for (const { answer } of taken) answer.reject(error);
    } finally {
      release();
    }
  }
  return (batch) => {
    const answer = Promise.withResolvers<SqlResult>();
    waiting.push({ batch, answer });
    if (waiting.length === 1) void runNext();
    return answer.promise;
  };
}
