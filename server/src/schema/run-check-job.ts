import type { SchemaReading } from '../ports/reply-check.ts';
import type { CheckAnswer, CheckJob } from './check-job.ts';
import { checkText } from './check-text.ts';
import { SchemaShelf } from './schema-shelf.ts';

const shelf = new SchemaShelf();

export function runCheckJob(job: CheckJob): CheckAnswer {
  if (job.kind === 'read') return { kind: 'read', reading: readSchema(job.schema) };
  const schema = job.schema === undefined ? undefined : shelf.get(job.schema);
  return { kind: 'check', verdict: checkText(job.check, schema) };
}

function readSchema(text: string): SchemaReading {
  try {
    return { problem: undefined, untried: shelf.get(text).untried };
  } catch (thrown) {
    return { problem: { message: explain(thrown) }, untried: [] };
  }
}

const MAX_MESSAGE = 200;

/** Messages of the validator speak of the schema only. */
function explain(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : '';
  if (message.startsWith("can't resolve reference")) {
    return 'a $ref leads outside of the schema; references are never fetched, put the definition into $defs';
  }
  return message.replaceAll(/\s+/g, ' ').slice(0, MAX_MESSAGE);
}
