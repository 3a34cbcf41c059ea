import { asArray, asObject, asString, type Json, type JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest, EncodedRequest, UpstreamContext } from '../../../ports/protocol.ts';
import { editJson } from '../../json-edit.ts';
import { weirFields } from '../../openai-chat/weir-fields.ts';
import { isForeignProof } from '../reasoning-proof.ts';

/** The client's bytes with the model's name, and only what this provider would reject, changed. */
export function forwardRequest(request: ClientRequest, context: UpstreamContext): EncodedRequest {
  const { json } = request;
  const { unsupported, noSampling, setFields, removeFields } = context.quirks;
  const unwanted = [...(noSampling ? ['temperature', 'top_p'] : []), ...(unsupported ?? [])];
  const dropped = unwanted.filter((name) => json[name] !== undefined);
  const remove = [...dropped, ...(removeFields ?? []), ...weirFields(json)];
  const input = withoutForeignReasoning(json.input);
  const set: JsonObject = { model: context.model, ...(input && { input }), ...setFields };
  for (const name of removeFields ?? []) delete set[name];
  return { body: editJson(request.body, json, { set, remove }), dropped };
}

/** The input without reasoning another provider gave earlier in the talk; undefined when there is none. */
function withoutForeignReasoning(input: Json | undefined): Json[] | undefined {
  const items = asArray(input);
  const kept = items?.filter((item) => {
    const encrypted = asString(asObject(item)?.encrypted_content);
    return encrypted === undefined || !isForeignProof(encrypted);
  });
  return kept?.length === items?.length ? undefined : kept;
}
