import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { RawUpstream, writePieces } from './raw-upstream.ts';

const upstream = new RawUpstream();
let weir: RunningWeir;

beforeAll(async () => {
  const url = await upstream.listen();
  weir = await startWeir({
    config: 'retry: { max_attempts: 0 }',
    env: {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: `${url}/v1`,
      ANTHROPIC_API_KEY: 'sk-ant-test',
      ANTHROPIC_BASE_URL: url,
    },
  });
});

afterAll(async () => {
  await weir.stop();
  await upstream.close();
});

interface WireCase {
  readonly wire: string;
  readonly path: string;
  readonly request: string;
  readonly reply: string;
  readonly events: readonly string[];
}

/** Spaces, escapes, unknown fields, numbers that JavaScript cannot hold: a codec that re-encodes would change them. */
const ODD = '"x_odd" : { "n":1.0, "big":12345678901234567890, "e":1E5,\t"esc":"\\u00e9\\/\\ud83d\\ude00" , "z":null }';

const WIRES: readonly WireCase[] = [
  {
    wire: 'openai-chat',
    path: '/v1/chat/completions',
    request:
      '{"model":"gpt-4o-mini","stream":false ,"stream_options":{"include_usage":true}, "messages":[{"role":"user","content":"a\\u00e9\\/"}], "zz":1.0}',
    reply: `{ "id":"x",\n "object":"chat.completion","created":1,"model":"gpt-4o-mini", ${ODD},"choices":[{"index":0,"message":{"role":"assistant","content":"\\u00e9\\/ ☕","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n`,
    events: [
      `data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini", ${ODD},"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n`,
      ': a comment\n\n',
      'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"n\\u00e9 ☕ 😀"},"finish_reason":null}]}\r\n\r\n',
      'data:{"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
      'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n\n',
      'data: [DONE]\n\n',
    ],
  },
  {
    wire: 'anthropic-messages',
    path: '/v1/messages',
    request:
      '{ "model":"claude-sonnet-4-6", "max_tokens":9,"stream":false ,"messages":[{"role":"user","content":"a\\u00e9\\/"}], "zz":1.0}',
    reply: `{"id":"msg_1", "type":"message","role":"assistant","model":"claude-sonnet-4-6", ${ODD},"content":[{"type":"thinking","thinking":"hm","signature":"c2ln+/=="},{"type":"text","text":"\\u00e9\\/ ☕"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}\n\n`,
    events: [
      `event: message_start\ndata: {"type":"message_start", ${ODD},"message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}\n\n`,
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
      'event: ping\ndata: {"type": "ping"}\n\n',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"n\\u00e9 ☕ 😀"}}\r\n\r\n',
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}\n\n',
      'event: message_stop\ndata: {"type":"message_stop" }\n\n',
    ],
  },
  {
    wire: 'openai-responses',
    path: '/v1/responses',
    request: '{"model":"gpt-4o-mini","stream":false ,"store":false,  "input":"a\\u00e9\\/", "zz":1.0}',
    reply: `{"id":"resp_1","object":"response", ${ODD},"created_at":1,"status":"completed","model":"gpt-4o-mini","output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"\\u00e9\\/ ☕","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}`,
    events: [
      `event: response.created\ndata: {"type":"response.created","sequence_number":0, ${ODD},"response":{"id":"resp_1","object":"response","status":"in_progress","model":"gpt-4o-mini","output":[]}}\n\n`,
      'event: response.output_item.added\ndata: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","status":"in_progress","role":"assistant","content":[]}}\n\n',
      'event: response.content_part.added\ndata: {"type":"response.content_part.added","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}\n\n',
      'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":3,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"n\\u00e9 ☕ 😀"}\n\n',
      'event: response.output_text.done\ndata: {"type":"response.output_text.done","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"text":"n\\u00e9 ☕ 😀"}\n\n',
      'event: response.output_item.done\ndata: {"type":"response.output_item.done","sequence_number":5,"output_index":0,"item":{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"n\\u00e9 ☕ 😀","annotations":[]}]}}\n\n',
      'event: response.completed\ndata: {"type":"response.completed","sequence_number":6,"response":{"id":"resp_1","object":"response","status":"completed","model":"gpt-4o-mini","output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"n\\u00e9 ☕ 😀","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}}\n\n',
    ],
  },
];

describe.each(WIRES)('the $wire wire on both sides', ({ path, request, reply, events }) => {
  const streamed = request.replace('"stream":false', '"stream":true');
  const whole = Buffer.from(events.join(''));
  const answersInPieces = (pieces: readonly Buffer[]) => {
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      writePieces(response, pieces);
    };
  };

  it('brings the request as it was written, and the reply back as it was written', async () => {
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(reply);
    };
    const { status, body } = await post(path, request);
    expect({ status, body: body.toString() }).toEqual({ status: 200, body: reply });
    expect(upstream.requests.at(-1)?.body.toString()).toBe(request);
  });

  it('brings a refusal back as it was written', async () => {
    const refusal = '{ "type":"error","error": {"type":"invalid_request_error","message":"Bad: \\u00e9 1.0"} }\n';
    upstream.answer = (_request, response) => {
      response.writeHead(422, { 'content-type': 'application/json' }).end(refusal);
    };
    const { status, body } = await post(path, request);
    expect({ status, body: body.toString() }).toEqual({ status: 422, body: refusal });
  });

  it('brings a stream back unchanged wherever it is cut in two', async () => {
    for (let cut = 1; cut < whole.length; cut++) {
      answersInPieces([whole.subarray(0, cut), whole.subarray(cut)]);
      const { body } = await post(path, streamed);
      if (!body.equals(whole)) expect({ cut, text: body.toString() }).toEqual({ cut, text: whole.toString() });
    }
  }, 120_000);

  it('brings a stream back unchanged however it is cut, byte by byte as well', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        answersInPieces(piecesOf(whole, places));
        expect((await post(path, streamed)).body.toString()).toBe(whole.toString());
      }),
      { numRuns: 20, examples: [[Array.from(whole.keys()).slice(1)]] },
    );
  }, 60_000);
});

function piecesOf(whole: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places), whole.length].sort((a, b) => a - b);
  return ends.map((end, at) => whole.subarray(ends[at - 1] ?? 0, end));
}

/** Node's own client: it shows bytes as they come. */
function post(path: string, body: string): Promise<{ status: number | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${weir.adminKey}`,
      'anthropic-version': '2023-06-01',
    };
    const sent = httpRequest(`${weir.url}${path}`, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
