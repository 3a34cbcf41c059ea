import { asObject, asString, compact } from '../../kernel/json.ts';
import type { UpstreamErrorBody } from '../../ports/protocol.ts';

export function readError(json: unknown): UpstreamErrorBody {
  const body = asObject(json);
  return compact({ message: asString(body?.message) ?? asString(body?.error) });
}
