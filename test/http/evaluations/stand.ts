import { expect, vi } from 'vitest';
import { asArray, asObject, asString, type JsonObject } from '../../../server/src/kernel/json.ts';
import { type ComposedWeir, composeWeir } from '../security/composed-weir.ts';

export interface Reply {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape.
  readonly json: any;
}

/** Weir with a provider whose answer is a function of what it was asked. */
export class EvaluationStand {
  readonly weir: ComposedWeir;
  /** Bodies that the provider got. */
  readonly asked: JsonObject[] = [];
  /** The provider's text; a number is the status of a failure. */
  answer: (text: string, body: JsonObject) => string | number = () => 'fine';

  private constructor(weir: ComposedWeir) {
    this.weir = weir;
  }

  static async open(of: { config?: string } = {}): Promise<EvaluationStand> {
    const stand = new EvaluationStand(await composeWeir(of));
    stand.weir.upstream.answer = ({ body }, response) => {
      const json = JSON.parse(body.toString()) as JsonObject;
      stand.asked.push(json);
      const last = asObject(asArray(json.messages)?.at(-1));
      const said = stand.answer(asString(last?.content) ?? '', json);
      response.setHeader('content-type', 'application/json');
      if (typeof said === 'number') {
        response.statusCode = said;
        response.end(JSON.stringify({ error: { message: 'no', type: 'invalid_request_error' } }));
        return;
      }
      response.end(
        JSON.stringify({
          ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: json.model },
          choices: [{ index: 0, message: { role: 'assistant', content: said }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
        }),
      );
    };
    return stand;
  }

  async call(line: string, of: { key?: string; body?: unknown } = {}): Promise<Reply> {
    const [method = '', path = ''] = line.split(' ');
    const response = await fetch(this.weir.url + path, {
      method,
      headers: {
        authorization: `Bearer ${of.key ?? this.weir.adminKey}`,
        ...(of.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(of.body === undefined ? {} : { body: JSON.stringify(of.body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: JSON.parse(text) };
  }

  /** Makes something, which must work. */
  async make(line: string, body: unknown, key?: string) {
    const made = await this.call(line, { body, ...(key === undefined ? {} : { key }) });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    return made.json;
  }

  /** The run once it is over. */
  async ended(id: string) {
    const look = () => this.call(`GET /api/v1/eval-runs/${id}`);
    const isOver = async () => expect((await look()).json.status).not.toBe('running');
    await vi.waitFor(isOver, { timeout: 30_000, interval: 50 });
    return (await look()).json;
  }

  close(): Promise<void> {
    return this.weir.close();
  }
}
