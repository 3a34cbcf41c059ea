import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Running } from '../contestants/contestant.ts';
import { streamChunks } from './mock.ts';

export type Probe = { bodyBytes: number };

/** Sends one request and reads the reply as a client would; throws when it does not say what the mock said. */
export async function probe(running: Running, bodyFile: string): Promise<Probe> {
  const body = readFileSync(bodyFile, 'utf8').replaceAll('@@@@@@@@', () => randomMark());
  const reply = await post(running, body);
  if (reply.status !== 200) throw new Error(`answered ${reply.status}: ${reply.text.slice(0, 300)}`);
  if (body.includes('"stream":true')) checkStream(reply.text);
  else checkReply(reply.text);
  return { bodyBytes: Buffer.byteLength(reply.text) };
}

function randomMark(): string {
  return Math.random().toString(16).slice(2, 10).padEnd(8, '0');
}

async function post(running: Running, body: string): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const line of running.headers) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  return await new Promise((resolve, reject) => {
    const options = {
      port: running.port,
      path: '/v1/chat/completions',
      method: 'POST',
      headers,
      agent: false,
    } as const;
    const outgoing = request({ host: '127.0.0.1', ...options }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    });
    outgoing.setTimeout(15_000, () => outgoing.destroy(new Error('no complete reply after 15 s')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

type Usage = { prompt_tokens?: number; completion_tokens?: number };
type Choice = { message?: { content?: string }; delta?: { content?: string | null }; finish_reason?: string | null };
type Reply = { choices?: Choice[]; usage?: Usage | null };

function checkReply(text: string): void {
  const reply = JSON.parse(text) as Reply;
  const content = reply.choices?.[0]?.message?.content ?? '';
  expectSame('length of the text', content.length, 1100);
  expectSame('prompt tokens', reply.usage?.prompt_tokens, 210);
  expectSame('completion tokens', reply.usage?.completion_tokens, 245);
}

function checkStream(text: string): void {
  const events = text.split('\n\n').filter((event) => event !== '');
  expectSame('last event', events.pop(), 'data: [DONE]');
  const replies = events.map((event) => JSON.parse(event.replace(/^data: ?/, '')) as Reply);
  const choices = replies.flatMap((reply) => reply.choices ?? []);
  const content = choices.map((choice) => choice.delta?.content ?? '').join('');
  expectSame('text of the stream', content, ' word'.repeat(streamChunks - 2));
  expectSame('finish reason', choices.findLast((choice) => choice.finish_reason)?.finish_reason, 'stop');
  const usage = replies.findLast((reply) => reply.usage)?.usage;
  expectSame('completion tokens', usage?.completion_tokens, streamChunks - 2);
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  throw new Error(`${what}: expected ${brief(expected)}, got ${brief(actual)}`);
}

function brief(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 120);
}
