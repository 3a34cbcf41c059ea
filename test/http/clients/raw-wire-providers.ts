import type { ServerResponse } from 'node:http';
import type { ChatReply } from '../../../server/src/kernel/chat.ts';
import { COHERE } from '../../contracts/provider-wires/cohere.ts';
import { CONVERSE } from '../../contracts/provider-wires/converse.ts';
import { GEMINI } from '../../contracts/provider-wires/gemini.ts';
import type { ProviderWire } from '../../contracts/provider-wires/provider-wire.ts';
import { BEDROCK_CLAUDE, CLIENTS } from '../../contracts/provider-wires/weir-wires.ts';
import type { RawRequest } from './raw-upstream.ts';

/** Which wire a provider's address speaks: as the documents of the providers say, by path. */
const WIRES: readonly { readonly path: RegExp; readonly wire: string }[] = [
  { path: /\/chat\/completions/, wire: 'openai-chat' },
  { path: /\/responses/, wire: 'openai-responses' },
  { path: /\/publishers\/anthropic\//, wire: 'anthropic-messages' },
  { path: /:(?:streamG|g)enerateContent/, wire: 'gemini-generate' },
  { path: /\/v2\/chat$/, wire: 'cohere-chat' },
  { path: /\/converse(?:-stream)?$/, wire: 'bedrock-converse' },
  { path: /\/invoke(?:-with-response-stream)?$/, wire: 'bedrock-claude' },
];

const SPOKEN = new Map<string, ProviderWire>(
  [...CLIENTS.map(({ provider }) => provider), GEMINI, COHERE, CONVERSE, BEDROCK_CLAUDE].map((wire) => [
    wire.name,
    wire,
  ]),
);

/** Answers in the wire that the request's path names, whole or as the stream that was asked for. */
export function answerInWire(reply: ChatReply, request: RawRequest, response: ServerResponse): void {
  const name = WIRES.find(({ path }) => path.test(request.path))?.wire;
  const wire = SPOKEN.get(name ?? '');
  if (wire === undefined) return void response.writeHead(404).end();
  const asked = completed(request.body);
  if (!isStream(request)) {
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify(wire.whole(reply, asked)));
  }
  response.writeHead(200, { 'content-type': wire.contentType });
  response.end(Buffer.concat(wire.stream(reply, asked)));
}

function isStream({ path, body }: RawRequest): boolean {
  return /stream/i.test(path) || JSON.parse(body.toString()).stream === true;
}

/** What some providers take from the address, and what Mistral does without being asked. */
function completed(body: Buffer): Buffer {
  const json = JSON.parse(body.toString());
  const usage = json.stream === true ? { stream_options: { include_usage: true } } : {};
  return Buffer.from(JSON.stringify({ model: 'from-the-address', ...usage, ...json }));
}
