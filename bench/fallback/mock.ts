// The mock upstream where native/mock.c cannot be compiled: same flags, same replies in meaning, several times the cost.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    chunks: { type: 'string', default: '100' },
    'gap-us': { type: 'string', default: '10000' },
    'delay-ms': { type: 'string', default: '0' },
  },
});
const chunkCount = Number(values.chunks);
const gapMs = Number(values['gap-us']) / 1000;
const delayMs = Number(values['delay-ms']);
const text = 'The quick brown fox jumps over the lazy dog. '.repeat(25).slice(0, 1100);

type Wire = { json: string; chunks: string[] };

function openAi(): Wire {
  const base = { id: 'chatcmpl-mock000001', created: 1760000000, model: 'gpt-4o-mini-2024-07-18' };
  const event = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null })}\n\n`;
  const word = event({ content: ' word' }, null);
  const streamUsage = { prompt_tokens: 210, completion_tokens: chunkCount - 2, total_tokens: 208 + chunkCount };
  const last = { ...base, object: 'chat.completion.chunk', choices: [], usage: streamUsage };
  const message = { role: 'assistant', content: text, refusal: null };
  return {
    json: JSON.stringify({
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 210, completion_tokens: 245, total_tokens: 455 },
    }),
    chunks: [
      event({ role: 'assistant', content: '', refusal: null }, null) + word,
      ...Array.from({ length: chunkCount - 3 }, () => word),
      event({}, 'stop'),
      `data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`,
    ],
  };
}

function anthropic(): Wire {
  const event = (type: string, fields: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const base = { id: 'msg_mock000001', type: 'message', role: 'assistant', model: 'claude-3-5-haiku-20241022' };
  const usage = { input_tokens: 210, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const open = { ...base, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } };
  const word = event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ' word' } });
  const end = { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: chunkCount - 2 } };
  const content = [{ type: 'text', text }];
  return {
    json: JSON.stringify({
      ...base,
      content,
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { ...usage, output_tokens: 245 },
    }),
    chunks: [
      event('message_start', { message: open }) +
        event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
        event('ping', {}) +
        word,
      ...Array.from({ length: chunkCount - 3 }, () => word),
      event('content_block_stop', { index: 0 }),
      event('message_delta', end) + event('message_stop', {}),
    ],
  };
}

const wires = { openAi: openAi(), anthropic: anthropic() };

function answer(incoming: IncomingMessage, body: string, reply: ServerResponse): void {
  const wire = incoming.url?.includes('/messages') ? wires.anthropic : wires.openAi;
  if (!/"stream": *true/.test(body)) {
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(wire.json) });
    reply.end(wire.json);
    return;
  }
  reply.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  let next = 0;
  const sendNext = (): void => {
    reply.write(wire.chunks[next++]);
    if (next < wire.chunks.length) setTimeout(sendNext, gapMs);
    else reply.end();
  };
  sendNext();
}

const server = createServer({ keepAliveTimeout: 0 }, (incoming, reply) => {
  const parts: Buffer[] = [];
  incoming.on('data', (part: Buffer) => parts.push(part));
  incoming.on('end', () => {
    const body = Buffer.concat(parts).toString();
    if (delayMs > 0) setTimeout(answer, delayMs, incoming, body, reply);
    else answer(incoming, body, reply);
  });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  console.log(`mock listening on http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
});
