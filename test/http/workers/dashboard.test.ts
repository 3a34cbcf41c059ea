import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completion } from '../../chaos/support/gateway-fixture.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { RawUpstream } from '../clients/raw-upstream.ts';
import { EventStream } from '../live/event-stream.ts';

/** Connections enough for the system to deal them to both threads. */
const CROWD = 12;
const ALONE = { connection: 'close' };

let upstream: RawUpstream;
let weir: RunningWeir;

beforeAll(async () => {
  upstream = new RawUpstream();
  const base_url = `${await upstream.listen()}/v1`;
  upstream.answer = (_request, response) => response.end(JSON.stringify(completion()));
  const config = { server: { workers: 2 }, providers: { openai: { api_key: 'sk-first', base_url } } };
  weir = await startWeir({ config: JSON.stringify(config) });
}, 90_000);

afterAll(async () => {
  await weir.stop();
  await upstream.close();
});

const crowd = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: CROWD }, ask));

describe('two threads', () => {
  it('know a session that began in either, and that it is over', async () => {
    const signedIn = await weir.api('POST /api/v1/session', { key: weir.adminKey }, { ...ALONE, authorization: '' });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const headers = { ...ALONE, authorization: '', cookie, 'x-weir-csrf': signedIn.json.csrf_token };
    const chat = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }], user_id: 'ann' };
    const ask = async () => (await weir.api('POST /api/v1/llm/chat', chat, headers)).status;
    expect(await crowd(ask)).toEqual(Array(CROWD).fill(200));
    const without = async () =>
      (await weir.api('POST /api/v1/llm/chat', chat, { ...ALONE, authorization: '', cookie })).status;
    expect(await crowd(without)).toEqual(Array(CROWD).fill(403));
    expect((await weir.api('DELETE /api/v1/session', undefined, headers)).json).toEqual({ signed_out: true });
    expect(await crowd(ask)).toEqual(Array(CROWD).fill(401));
  });

  it('show the calls of both to whoever watches, wherever the connection is', async () => {
    const streams = await crowd(() =>
      EventStream.open(`${weir.url}/api/v1/live`, { authorization: `Bearer ${weir.adminKey}` }),
    );
    await Promise.all(streams.map((stream) => stream.until(({ events }) => events.length > 0)));
    const body = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
    const replies = await crowd(() => weir.api('POST /v1/chat/completions', body, ALONE));
    const ids = replies.map(({ headers }) => headers.get('x-request-id'));
    const seen = (stream: EventStream) => stream.named('call').map(({ data }) => data.request_id);
    await Promise.all(streams.map((stream) => stream.until((of) => ids.every((id) => seen(of).includes(id)))));
    for (const stream of streams) {
      expect(new Set(seen(stream)).size).toBe(seen(stream).length);
      stream.close();
    }
  });
});
