import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { BatchLine } from './batch-lines.ts';
import type { BatchStatus } from './batch-object.ts';
import type { FileOwner, KeptFiles } from './kept-files.ts';
import { isGood } from './run-batch.ts';

/** Ids of Anthropic's Message Batches begin so. */
export const MESSAGE_BATCH = 'msgbatch_';

export function isMessageBatch(id: string): boolean {
  return id.startsWith(MESSAGE_BATCH);
}

/** Under what the results of a Message Batch are kept. */
export function resultsId(batchId: string): string {
  return `${batchId}:results`;
}

/** Writes the result of every request, asked or not, in the order of the requests. */
export async function keepMessageResults(
  files: KeptFiles,
  of: {
    owner: FileOwner;
    batchId: string;
    lines: readonly BatchLine[];
    done: ReadonlyMap<number, JsonObject>;
    end: BatchStatus;
  },
): Promise<void> {
  const rest = of.end === 'cancelled' ? 'canceled' : 'expired';
  const text = of.lines.map(({ number, customId }) => {
    const answered = of.done.get(number);
    return `${JSON.stringify({ custom_id: customId, result: answered === undefined ? { type: rest } : resultOf(answered) })}\n`;
  });
  await files.keepContent(of.owner, resultsId(of.batchId), Buffer.from(text.join('')));
}

function resultOf(answered: JsonObject): JsonObject {
  const body = isObject(answered.response) ? (answered.response.body ?? null) : null;
  return isGood(answered) ? { type: 'succeeded', message: body } : { type: 'errored', error: body };
}
