import type { ServerResponse } from 'node:http';
import { type ApiReply, type RunningWeir, startWeir } from '../../support/weir.ts';
import { type RawRequest, RawUpstream } from '../clients/raw-upstream.ts';

/** What the model says next: a text, a text with the reason it ended, a call of a tool, or an error of the provider. */
export type Line =
  | string
  | { readonly text: string; readonly finish: string }
  | ScriptedCall
  | { readonly status: number };

export interface ScriptedCall {
  readonly tool: string;
  /** JSON of the arguments, good or bad. */
  readonly args: string;
  /** Said before the call; absent: nothing. */
  readonly text?: string;
  /** Absent: the wire's word for a reply that calls tools. */
  readonly finish?: string;
}

/** A provider of all three wires that says the lines a test gives it, one per request; the last one again and again. */
export class ScriptedProvider {
  readonly upstream = new RawUpstream();
  lines: Line[] = [];
  #url = '';

  async listen(): Promise<string> {
    this.#url = await this.upstream.listen();
    this.upstream.answer = (request, response) => this.#answer(request, response);
    return this.#url;
  }

  says(...lines: Line[]): void {
    this.lines = lines;
    this.upstream.requests.length = 0;
  }

  get requests(): readonly RawRequest[] {
    return this.upstream.requests;
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests read requests of every shape
  sent(at: number): any {
    return JSON.parse(this.requests.at(at)?.body.toString() ?? 'null');
  }

  get environment(): Record<string, string> {
    return {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: `${this.#url}/v1`,
      ANTHROPIC_API_KEY: 'sk-ant-test',
      ANTHROPIC_BASE_URL: this.#url,
    };
  }

  #answer(request: RawRequest, response: ServerResponse): void {
    const body = JSON.parse(request.body.toString());
    const line = (this.lines.length > 1 ? this.lines.shift() : this.lines[0]) ?? '';
    if (typeof line === 'object' && 'status' in line) return void response.writeHead(line.status).end('{}');
    const { text = '', finish } = typeof line === 'object' ? line : { text: line, finish: undefined };
    const call = typeof line === 'object' && 'tool' in line ? line : undefined;
    const wire = WIRES.find(({ path }) => request.path.endsWith(path));
    if (wire === undefined) return void response.writeHead(404).end('{}');
    const said = { text, finish, call, model: String(body.model) };
    if (body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(wire.whole(said));
    } else {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(wire.stream(said));
    }
  }
}

interface Said {
  readonly text: string;
  readonly finish: string | undefined;
  readonly call: ScriptedCall | undefined;
  readonly model: string;
}

/** Fields no codec knows, and numbers that JavaScript cannot hold: they show whether bytes were touched. */
const ODD = '"x_odd" : {"n":1.0,"big":12345678901234567890}';

const WIRES = [
  {
    path: '/chat/completions',
    whole: ({ text, call, finish = call === undefined ? 'stop' : 'tool_calls', model }: Said) =>
      `{"id":"c1", ${ODD},"object":"chat.completion","created":1,"model":"${model}","choices":[{"index":0,"message":{"role":"assistant","content":${JSON.stringify(text)},"refusal":null${call === undefined ? '' : `,"tool_calls":[${chatCall(call)}]`}},"logprobs":null,"finish_reason":"${finish}"}],"usage":{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30}}`,
    stream({ text, call, finish = call === undefined ? 'stop' : 'tool_calls', model }: Said) {
      const chunk = (choices: string, more = '') =>
        `data: {"id":"c1", ${ODD},"object":"chat.completion.chunk","created":1,"model":"${model}","choices":[${choices}]${more}}\n\n`;
      const deltas = piecesOf(text).map((piece) =>
        chunk(`{"index":0,"delta":{"content":${JSON.stringify(piece)}},"finish_reason":null}`),
      );
      return [
        chunk('{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}'),
        ...deltas,
        ...(call === undefined ? [] : chatCallDeltas(call)).map((delta) =>
          chunk(`{"index":0,"delta":{"tool_calls":[${delta}]},"finish_reason":null}`),
        ),
        chunk(`{"index":0,"delta":{},"finish_reason":"${finish}"}`),
        chunk('', ',"usage":{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30}'),
        'data: [DONE]\n\n',
      ].join('');
    },
  },
  {
    path: '/responses',
    whole: (said: Said) => JSON.stringify(responseOf(said)),
    stream(said: Said) {
      let sequence = 0;
      const event = (type: string, fields: object) =>
        `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...fields })}\n\n`;
      const at = { item_id: 'm1', output_index: 0, content_index: 0 };
      const done = responseOf(said);
      return [
        event('response.created', { response: { ...done, status: 'in_progress', output: [] } }),
        event('response.output_item.added', {
          output_index: 0,
          item: { type: 'message', id: 'm1', status: 'in_progress', role: 'assistant', content: [] },
        }),
        event('response.content_part.added', { ...at, part: { type: 'output_text', text: '', annotations: [] } }),
        ...piecesOf(said.text).map((delta) => event('response.output_text.delta', { ...at, delta })),
        event('response.output_text.done', { ...at, text: said.text }),
        event('response.content_part.done', { ...at, part: done.output[0]?.content[0] }),
        event('response.output_item.done', { output_index: 0, item: done.output[0] }),
        event('response.completed', { response: done }),
      ].join('');
    },
  },
  {
    path: '/messages',
    whole: ({ text, call, finish = call === undefined ? 'end_turn' : 'tool_use', model }: Said) =>
      `{"id":"msg_1", ${ODD},"type":"message","role":"assistant","model":"${model}","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},${call === undefined ? `{"type":"text","text":${JSON.stringify(text)}}` : `{"type":"tool_use","id":"toolu_1","name":"${call.tool}","input":${call.args}}`}],"stop_reason":"${finish}","stop_sequence":null,"usage":{"input_tokens":20,"output_tokens":10}}`,
    stream({ text, call, finish = call === undefined ? 'end_turn' : 'tool_use', model }: Said) {
      const event = (type: string, fields: string) => `event: ${type}\ndata: {"type":"${type}",${fields}}\n\n`;
      const at = text === '' ? 0 : 1;
      return [
        event(
          'message_start',
          `${ODD},"message":{"id":"msg_1","type":"message","role":"assistant","model":"${model}","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":20,"output_tokens":1}}`,
        ),
        ...(call !== undefined && text === ''
          ? []
          : [
              event('content_block_start', '"index":0,"content_block":{"type":"text","text":""}'),
              ...piecesOf(text).map((piece) =>
                event('content_block_delta', `"index":0,"delta":{"type":"text_delta","text":${JSON.stringify(piece)}}`),
              ),
              event('content_block_stop', '"index":0'),
            ]),
        ...(call === undefined
          ? []
          : [
              event(
                'content_block_start',
                `"index":${at},"content_block":{"type":"tool_use","id":"toolu_1","name":"${call.tool}","input":{}}`,
              ),
              ...piecesOf(call.args).map((piece) =>
                event(
                  'content_block_delta',
                  `"index":${at},"delta":{"type":"input_json_delta","partial_json":${JSON.stringify(piece)}}`,
                ),
              ),
              event('content_block_stop', `"index":${at}`),
            ]),
        event('message_delta', `"delta":{"stop_reason":"${finish}","stop_sequence":null},"usage":{"output_tokens":10}`),
        event('message_stop', '"x":1'),
      ].join('');
    },
  },
] as const;

function chatCall({ tool, args }: ScriptedCall): string {
  return `{"id":"call_1","type":"function","function":{"name":"${tool}","arguments":${JSON.stringify(args)}}}`;
}

function chatCallDeltas({ tool, args }: ScriptedCall): string[] {
  const start = `{"index":0,"id":"call_1","type":"function","function":{"name":"${tool}","arguments":""}}`;
  return [start, ...piecesOf(args).map((piece) => `{"index":0,"function":{"arguments":${JSON.stringify(piece)}}}`)];
}

function responseOf({ text, model }: Said) {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model,
    output: [
      {
        type: 'message',
        id: 'm1',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ],
    usage: { input_tokens: 20, output_tokens: 10, total_tokens: 30 },
  };
}

function piecesOf(text: string): string[] {
  return text.match(/[\s\S]{1,5}/gu) ?? [];
}

/** Weir before a scripted provider. */
export interface ValidationStand {
  readonly weir: RunningWeir;
  readonly provider: ScriptedProvider;
  readonly key: string;
  post(path: string, body: unknown): Promise<ApiReply>;
  /** The record of the call that ended last. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they need
  lastRecord(): Promise<any>;
  close(): Promise<void>;
}

export async function startValidationStand(config = ''): Promise<ValidationStand> {
  const provider = new ScriptedProvider();
  await provider.listen();
  const weir = await startWeir({ config: `retry: { max_attempts: 0 }\n${config}`, env: provider.environment });
  const key = await weir.key();
  return {
    weir,
    provider,
    key,
    post: (path, body) => weir.api(`POST ${path}`, body, { authorization: `Bearer ${key}` }),
    async lastRecord() {
      return (await weir.api('GET /api/v1/usage/records?limit=1')).json.data[0];
    },
    async close() {
      await weir.stop();
      await provider.upstream.close();
    },
  };
}
