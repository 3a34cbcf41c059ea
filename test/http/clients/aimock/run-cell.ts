import type { ChatReply, Wire } from '../../../../server/src/kernel/chat.ts';
import type { WireEvent } from '../../../../server/src/ports/framing.ts';
import type { ChatUpstreamProtocol } from '../../../../server/src/ports/protocol.ts';
import { anthropicMessagesUpstream } from '../../../../server/src/protocols/anthropic-messages/upstream.ts';
import { ReplyAssembler } from '../../../../server/src/protocols/assemble-reply.ts';
import { SseSplitter } from '../../../../server/src/protocols/framing/sse-splitter.ts';
import { openaiChatUpstream } from '../../../../server/src/protocols/openai-chat/upstream.ts';
import { openaiResponsesUpstream } from '../../../../server/src/protocols/openai-responses/upstream.ts';
import { type Conversation, replyOutcome, spokenOn } from '../../../contracts/corpus.ts';
import { MOCKED_USAGE, mockAnswer } from './mock-answer.ts';
import type { MockStand } from './mock-stand.ts';
import type { MockedProvider } from './providers.ts';
import { requestProblem } from './request-problem.ts';

export type ClientWire = 'openai-chat' | 'openai-responses' | 'anthropic-messages';

/** One field of the table. */
export interface Cell {
  readonly provider: MockedProvider;
  readonly wire: ClientWire;
  readonly stream: boolean;
  readonly conversation: Conversation;
}

export type Verdict =
  | { readonly state: 'passed' }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'not applicable'; readonly why: string };

/** The client's side of a wire: it writes requests and reads replies as a provider's user does. */
const CLIENTS: Readonly<Record<ClientWire, { face: ChatUpstreamProtocol; path: string }>> = {
  'openai-chat': { face: openaiChatUpstream, path: '/v1/chat/completions' },
  'openai-responses': { face: openaiResponsesUpstream, path: '/v1/responses' },
  'anthropic-messages': { face: anthropicMessagesUpstream, path: '/v1/messages' },
};

/** Has the conversation on one wire with one provider: did the request arrive, and the reply come back? */
export async function runCell(stand: MockStand, cell: Cell): Promise<Verdict> {
  const why = notApplicable(cell);
  if (why !== undefined) return { state: 'not applicable', why };
  try {
    await converse(stand, cell);
    return { state: 'passed' };
  } catch (error) {
    return { state: 'failed', why: (error as Error).message.slice(0, 600) };
  }
}

function notApplicable({ provider, wire, stream, conversation }: Cell): string | undefined {
  if (conversation.wires !== undefined && !conversation.wires.includes(wire as Wire)) {
    return `the ${wire} wire cannot say it`;
  }
  const answer = mockAnswer(conversation.reply);
  if ('cannot' in answer) return answer.cannot;
  return provider.cannot?.({ conversation, wire, stream });
}

async function converse(stand: MockStand, cell: Cell): Promise<void> {
  const { provider, conversation, stream } = cell;
  const client = CLIENTS[cell.wire];
  const answer = mockAnswer(conversation.reply);
  if ('cannot' in answer) throw new Error(answer.cannot);
  stand.answer = answer;
  const asked = spokenOn(cell.wire, conversation, stream);
  const encoded = client.face.encode(asked, { model: provider.model, quirks: {}, clientHeaders: {} });
  const response = await fetch(stand.weir.url + client.path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${stand.weir.adminKey}`,
      'anthropic-version': '2023-06-01',
    },
    body: encoded.body,
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${body.toString().slice(0, 400)}`);
  const problem = requestProblem(conversation, stand.lastRequest(), provider);
  if (problem !== undefined) throw new Error(problem);
  const reply = stream ? gather(client.face, body) : client.face.decodeReply(JSON.parse(body.toString()));
  expectSame(conversation.reply, reply, provider.noStreamUsage === true && stream);
}

function gather(face: ChatUpstreamProtocol, body: Buffer): ChatReply {
  const assembler = new ReplyAssembler();
  const decoder = face.decoder();
  const splitter = new SseSplitter();
  const read = (event: WireEvent) => {
    for (const part of decoder.decode(event)) assembler.add(part);
  };
  splitter.push(body, read);
  splitter.end(read);
  for (const part of decoder.end()) assembler.add(part);
  return assembler.reply();
}

/** The mock counts no tokens: those it was told must arrive. */
function expectSame(said: ChatReply, got: ChatReply, withoutUsage: boolean): void {
  const wanted = JSON.stringify(replyOutcome(said).choices);
  const { choices, usage } = replyOutcome(got);
  if (JSON.stringify(choices) !== wanted) throw new Error(`reply ${JSON.stringify(choices)}, wanted ${wanted}`);
  if (got.model === '') throw new Error('no model came back');
  if (withoutUsage) return;
  const { input, output } = MOCKED_USAGE;
  if (usage?.input !== input || usage.output !== output) throw new Error(`usage ${JSON.stringify(usage)}`);
}
