import type { JsonObject } from '../../../kernel/json.ts';

/** One event as the SDKs read it: the name in the event line is required, the type in the data repeats it. */
export function eventText(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
