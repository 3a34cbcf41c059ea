import { z } from 'zod';
import { invalidRequest } from '../../kernel/errors.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { CallPrompt } from '../../ports/call.ts';

/** What a call says of its stored prompt. */
const promptSchema = z.strictObject({
  name: z.string().min(1),
  label: z.string().min(1).optional(),
  version: z.int().min(1).optional(),
  variables: z.record(z.string(), z.json()).default({}),
});

/** The stored prompt that a body names: `prompt` is an object with a name. A provider's own `prompt` is none. */
export function askedPrompt(json: JsonObject, body: Buffer): CallPrompt | undefined {
  const { prompt } = json;
  if (!isObject(prompt) || typeof prompt.name !== 'string') return undefined;
  const parsed = promptSchema.safeParse(prompt);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const at = ['prompt', ...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String).join('.');
    throw invalidRequest(at, unknown === undefined ? (issue?.message ?? 'is not valid') : 'unknown field');
  }
  const { name, label, version, variables } = parsed.data;
  return { ...{ name, label, version, body, json }, variables: variables as JsonObject, field: 'prompt' };
}

/** Stands in the request until the prompt is rendered, so that everything else in it is checked at once. */
export const UNRENDERED = {
  messages: [{ role: 'user', content: 'prompt' }],
  settings: { model: 'prompt', max_tokens: 1 },
};
