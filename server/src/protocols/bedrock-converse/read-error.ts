import { asObject, asString, compact } from '../../kernel/json.ts';
import type { UpstreamErrorBody } from '../../ports/protocol.ts';

/** AWS's `{message}` or `{Message}`, with the exception's name in `__type` when it is there. */
export function readError(json: unknown): UpstreamErrorBody {
  const body = asObject(json);
  const type = asString(body?.__type)?.split('#').pop();
  return compact({ message: asString(body?.message) ?? asString(body?.Message), type, code: asString(body?.code) });
}
