import { expect, it } from 'vitest';
import type { ProviderObjects } from '../../features/provider-objects/provider-objects.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Call } from '../../ports/call.ts';
import type { ConversationState } from '../../ports/conversation-state.ts';
import { withFileReferences } from './file-references.ts';

const PLACE = { provider: 'groq', credentialId: 'groq#1' };
const objects = {
  find: async (_kind, id) => {
    if (id === 'file-mine') return PLACE;
    throw new WeirError('resource.not_found');
  },
} as Pick<ProviderObjects, 'find'> as ProviderObjects;

function callWith(json: JsonObject, wire = 'openai-responses'): Call {
  const payload = { kind: 'chat', request: { wire, json } };
  return { payload, caller: { projectId: 'p1' }, pinned: undefined } as unknown as Call;
}

const withFile = (id: string) => ({ input: [{ content: [{ type: 'input_file', file_id: id }] }] });
const stateless: ConversationState = { attach: () => undefined, keep: () => undefined };

it('a call without files waits for nothing', () => {
  expect(withFileReferences(stateless, objects).attach(callWith({ input: 'x' }))).toBeUndefined();
});

it('files of the history count as files of the call', async () => {
  const call = callWith({ input: 'x' });
  const history: ConversationState = {
    ...stateless,
    async attach() {
      call.payload = callWith(withFile('file-mine')).payload;
    },
  };
  await withFileReferences(history, objects).attach(call);
  expect(call.pinned).toEqual(PLACE);
});

it('files and an earlier response that live apart are refused', async () => {
  const call = callWith(withFile('file-mine'));
  call.pinned = { provider: 'openai', credentialId: 'openai#1' };
  const attaching = withFileReferences(stateless, objects).attach(call);
  await expect(attaching).rejects.toMatchObject({ code: 'request.invalid', param: 'file_id' });
});

it('files nobody here stored are not found, except on wires that have no files here', async () => {
  const attaching = withFileReferences(stateless, objects).attach(callWith(withFile('file-x')));
  await expect(attaching).rejects.toMatchObject({ code: 'resource.not_found' });
  const elsewhere = callWith(withFile('file-x'), 'anthropic-messages');
  expect(withFileReferences(stateless, objects).attach(elsewhere)).toBeUndefined();
});
