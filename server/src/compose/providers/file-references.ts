import { fileIdsIn } from '../../features/provider-objects/file-ids.ts';
import { isSamePlace, type ProviderObjects, placeOfFiles } from '../../features/provider-objects/provider-objects.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Call, Pin } from '../../ports/call.ts';
import type { ConversationState } from '../../ports/conversation-state.ts';

/** Where the stored files live that a request of an OpenAI wire names. Throws `resource.not_found` for those of others. */
export function filesPlace(objects: ProviderObjects) {
  return async (json: JsonObject, projectId: string): Promise<Pin | undefined> => {
    const ids = fileIdsIn(json);
    return ids.length === 0 ? undefined : placeOfFiles(objects, ids, projectId);
  };
}

/**
 * A chat call that names stored files goes where they live, with the credential they were stored with. Other wires have no
 * files in Weir's record.
 */
export function withFileReferences(state: ConversationState, objects: ProviderObjects): ConversationState {
  return {
    attach(call) {
      const attaching = state.attach(call);
      // Only then is the whole request there: the history may name files too.
      return attaching === undefined ? pinFiles(call, objects) : attaching.then(() => pinFiles(call, objects));
    },
    keep: (call) => state.keep(call),
  };
}

function pinFiles(call: Call, objects: ProviderObjects): Promise<void> | undefined {
  if (call.payload.kind !== 'chat' || !call.payload.request.wire.startsWith('openai-')) return undefined;
  const ids = fileIdsIn(call.payload.request.json);
  if (ids.length === 0) return undefined;
  return placeOfFiles(objects, ids, call.caller.projectId).then((place) => pin(call, place));
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
