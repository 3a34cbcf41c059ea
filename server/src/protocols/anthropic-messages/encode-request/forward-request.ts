import type { JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest, EncodedRequest, Quirks, UpstreamContext } from '../../../ports/protocol.ts';
import { editJson } from '../../json-edit.ts';
import { requestHeaders } from './request-headers.ts';

const SAMPLING_FIELDS: readonly string[] = ['temperature', 'top_p', 'top_k'];

/** The client's own bytes: only the model name and what the provider is known to refuse are changed. */
export function forwardRequest(request: ClientRequest, context: UpstreamContext): EncodedRequest {
  const { json } = request;
  const { quirks } = context;
  const dropped = refusedFields(quirks).filter((field) => json[field] !== undefined);
  const remove = [...dropped, ...(quirks.removeFields ?? []).filter((field) => json[field] !== undefined)];
  const set = fieldsToSet(json, context);
  const isUntouched = remove.length === 0 && Object.keys(set).length === 0;
  return {
    body: isUntouched ? request.body : editJson(request.body, json, { set, remove }),
    dropped,
    headers: requestHeaders(context.clientHeaders),
  };
}

function refusedFields({ unsupported = [], noSampling }: Quirks): readonly string[] {
  return noSampling === true ? [...new Set([...unsupported, ...SAMPLING_FIELDS])] : unsupported;
}

function fieldsToSet(json: JsonObject, { model, quirks }: UpstreamContext): JsonObject {
  const set: JsonObject = { ...quirks.setFields };
  const isModelInUrl = quirks.removeFields?.includes('model') === true;
  if (!isModelInUrl && json.model !== model) set.model = model;
  return set;
}
