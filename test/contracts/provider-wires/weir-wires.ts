import type { ChatReply } from '../../../server/src/kernel/chat.ts';
import type { ChatClientProtocol, ChatUpstreamProtocol, ClientRequest } from '../../../server/src/ports/protocol.ts';
import { anthropicMessagesClient } from '../../../server/src/protocols/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../../server/src/protocols/anthropic-messages/upstream.ts';
import { bedrockClaudeUpstream } from '../../../server/src/protocols/bedrock-converse/claude-upstream.ts';
import { encodeAwsEvent } from '../../../server/src/protocols/framing/testing/encode-aws-frame.ts';
import { openaiChatClient } from '../../../server/src/protocols/openai-chat/client.ts';
import { openaiChatUpstream } from '../../../server/src/protocols/openai-chat/upstream.ts';
import { openaiResponsesClient } from '../../../server/src/protocols/openai-responses/client.ts';
import { openaiResponsesUpstream } from '../../../server/src/protocols/openai-responses/upstream.ts';
import { streamOf } from '../corpus.ts';
import type { ProviderWire } from './provider-wire.ts';

const CONTEXT = { requestId: 'req_up', createdS: 1_763_632_800, nowMs: 1_763_632_800_000, provider: 'p', dropped: [] };

/** Wires that Weir speaks as a server too: its own client face plays the provider. */
function weirWire(client: ChatClientProtocol, upstream: ChatUpstreamProtocol): ProviderWire {
  const read = (body: Buffer): ClientRequest => client.decode(body, JSON.parse(body.toString()), {});
  return {
    name: client.wire,
    upstream,
    contentType: 'text/event-stream',
    read,
    whole: (reply, asked) => client.encodeReply(reply, read(asked), CONTEXT),
    stream: (reply, asked) => events(client, reply, read(asked)),
  };
}

function events(client: ChatClientProtocol, reply: ChatReply, request: ClientRequest): Buffer[] {
  const encoder = client.encoder(request, CONTEXT);
  const text = streamOf(reply)
    .map((part) => encoder.encode(part))
    .join('');
  return text.split(/(?<=\n\n)/).map((event) => Buffer.from(event));
}

/** Claude on Bedrock: the model and the streaming are said by the address, every event comes in an envelope. */
function bedrockClaude(): ProviderWire {
  const messages = weirWire(anthropicMessagesClient, bedrockClaudeUpstream);
  const restored = (body: Buffer) =>
    Buffer.from(JSON.stringify({ model: 'claude', ...JSON.parse(body.toString()), stream: true }));
  return {
    ...messages,
    name: 'bedrock-claude',
    contentType: 'application/vnd.amazon.eventstream',
    read: (body) => anthropicMessagesClient.decode(restored(body), JSON.parse(restored(body).toString()), {}),
    whole: (reply, asked) => messages.whole(reply, restored(asked)),
    stream: (reply, asked) =>
      messages.stream(reply, restored(asked)).map((event) => {
        const data = event.toString().split('data: ')[1]?.trim() ?? '';
        return encodeAwsEvent('chunk', { bytes: Buffer.from(data).toString('base64') });
      }),
  };
}

export const CLIENTS: readonly { readonly client: ChatClientProtocol; readonly provider: ProviderWire }[] = [
  { client: openaiChatClient, provider: weirWire(openaiChatClient, openaiChatUpstream) },
  { client: openaiResponsesClient, provider: weirWire(openaiResponsesClient, openaiResponsesUpstream) },
  { client: anthropicMessagesClient, provider: weirWire(anthropicMessagesClient, anthropicMessagesUpstream) },
];

export const BEDROCK_CLAUDE = bedrockClaude();
