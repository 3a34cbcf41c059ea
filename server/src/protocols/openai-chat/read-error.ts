import { asObject, asString, compact } from '../../kernel/json.ts';
import type { UpstreamErrorBody } from '../../ports/protocol.ts';

/** OpenAI's {error: {...}}, and the shapes of compatible servers: {error: "text"}, {message}, {detail}. */
export function readErrorBody(json: unknown): UpstreamErrorBody {
  const body = asObject(json);
  if (body === undefined) return typeof json === 'string' ? { message: json } : {};
  const error = asObject(body.error) ?? body;
  return compact({
    message: asString(error.message) ?? asString(body.error) ?? asString(error.detail),
    type: asString(error.type),
    code: typeof error.code === 'number' ? String(error.code) : asString(error.code),
    param: asString(error.param),
  });
}
