import { asArray, asObject, asString, compact } from '../../kernel/json.ts';
import type { UpstreamErrorBody } from '../../ports/protocol.ts';

/** Google's `{error: {code, message, status, details}}`, also when it comes as the only item of an array. */
export function readError(json: unknown): UpstreamErrorBody {
  const body = asObject(json) ?? asObject(asArray(json)?.[0]);
  const error = asObject(body?.error);
  return compact({ message: asString(error?.message) ?? asString(body?.error), type: asString(error?.status) });
}
