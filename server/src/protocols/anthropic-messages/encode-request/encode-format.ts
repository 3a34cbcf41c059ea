import type { ResponseFormat } from '../../../kernel/chat.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Quirks } from '../../../ports/protocol.ts';
import { closeSchema } from './close-schema.ts';

export interface EncodedFormat {
  /** Goes into output_config. */
  readonly format?: JsonObject;
  /** Goes to the end of the system prompt, for what the wire or the model has no field for. */
  readonly instruction?: string;
}

export function encodeFormat(format: ResponseFormat | undefined, quirks: Quirks): EncodedFormat {
  if (format === undefined || format.kind === 'text') return {};
  if (format.kind === 'json') return { instruction: 'Answer with one valid JSON object and nothing else.' };
  if (quirks.noJsonSchema !== true) return { format: { type: 'json_schema', schema: closeSchema(format.schema) } };
  const schema = JSON.stringify(format.schema);
  return {
    instruction: `Answer with one JSON value that is valid against this JSON Schema, and nothing else:\n${schema}`,
  };
}
