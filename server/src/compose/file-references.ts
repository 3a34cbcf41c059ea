import { fileIdsIn, mayNameFiles } from '../features/provider-objects/file-ids.ts';
import { isSamePlace, type ProviderObjects, placeOfFiles } from '../features/provider-objects/provider-objects.ts';
import { invalidRequest } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Call, Pin } from '../ports/call.ts';
import type { ConversationState } from '../ports/conversation-state.ts';

/** Where the stored files live that a body of an OpenAI wire names. Throws `resource.not_found` for those of others. */
export function filesPlace(objects: ProviderObjects) {
  return async (body: Buffer, json: JsonObject, projectId: string): Promise<Pin | undefined> =>
    mayNameFiles(body) ? placeOfFiles(objects, fileIdsIn(json), projectId) : undefined;
}

/**
 * A chat call that names stored files goes where they live, with the credential they were stored with. Other wires have no
 * files in Weir's record.
 */
export function withFileReferences(state: ConversationState, objects: ProviderObjects): ConversationState {
  const placeOf = filesPlace(objects);
  return {
    async attach(call) {
      await state.attach(call);
      if (call.payload.kind !== 'chat' || !call.payload.request.wire.startsWith('openai-')) return;
      const { body, json } = call.payload.request;
      if (mayNameFiles(body)) pin(call, await placeOf(body, json, call.caller.projectId));
    },
    keep: (call) => state.keep(call),
  };
}

function pin(call: Call, place: Pin | undefined): void {
  if (place === undefined || place.credentialId === undefined) return;
  const { pinned } = call;
  const files = { provider: place.provider, credentialId: place.credentialId };
  if (pinned?.credentialId !== undefined && !isSamePlace({ ...pinned, credentialId: pinned.credentialId }, files)) {
    throw invalidRequest('file_id', 'the files and the earlier response live at different providers or accounts');
  }
  call.pinned = files;
}
