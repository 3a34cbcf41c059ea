import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model as an OpenAI-like provider has it, whose answers the test decides. */
export interface FakeAdviser {
  readonly url: string;
  /** What it was sent. */
  readonly asked: { readonly model: string; readonly messages: readonly { role: string; content: string }[] }[];
  /** Text of its next answers; undefined: the connection is cut in the middle of an answer. */
  answer: (text: string) => string | undefined;
  close(): void;
}

export async function startAdviser(): Promise<FakeAdviser> {
  const asked: FakeAdviser['asked'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const sent = JSON.parse(body) as FakeAdviser['asked'][number];
      asked.push(sent);
      const content = adviser.answer(sent.messages.at(-1)?.content ?? '');
      const reply = JSON.stringify({
        ...{ id: 'c', object: 'chat.completion', created: 1, model: sent.model },
        choices: [{ index: 0, message: { role: 'assistant', content: content ?? 'x' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 500, completion_tokens: 100, total_tokens: 600 },
      });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': reply.length + 1000 });
      if (content === undefined) {
        response.write(reply.slice(0, 40), () => response.destroy());
        return;
      }
      response.end(reply.padEnd(reply.length + 1000));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const adviser: FakeAdviser = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    answer: () => '{}',
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return adviser;
}
