import type { ServerResponse } from 'node:http';
import { startUpstream, type Upstream } from '../http/pass-through/support.ts';

export const CHAT = '/v1/chat/completions';

/** A line of a batch's input. */
export function chatLine(id: string, model: string): string {
  const body = { model, messages: [{ role: 'user', content: 'hi' }] };
  return JSON.stringify({ custom_id: id, method: 'POST', url: CHAT, body });
}

/** What the batch of `startBatchProvider` asks: 40 lines of the model `small`. */
export const BATCH_INPUT = Array.from({ length: 40 }, (_, at) => chatLine(`line-${at}`, 'small'));

/** The answer to a line of it: 10 tokens in, 5 out, where the body says nothing else. */
export function resultLine(
  at: number,
  body: object = { model: 'small', usage: { prompt_tokens: 10, completion_tokens: 5 } },
): string {
  return JSON.stringify({
    id: `r-${at}`,
    custom_id: `line-${at}`,
    response: { status_code: 200, body },
    error: null,
  });
}

/** The provider `own` with one batch, `batch_1`, that is done at once; `output` answers whoever reads its results. */
export function startBatchProvider(output: (response: ServerResponse) => void): Promise<Upstream> {
  const files = { input_file_id: 'file-in', output_file_id: 'file-out' };
  const batch = { id: 'batch_1', object: 'batch', endpoint: CHAT, ...files };
  const answers: Record<string, (response: ServerResponse) => void> = {
    'POST /v1/files': (response) => sendJson(response, { id: 'file-in', object: 'file' }),
    'POST /v1/batches': (response) => sendJson(response, { ...batch, status: 'validating', output_file_id: null }),
    'GET /v1/batches/batch_1': (response) => sendJson(response, { ...batch, status: 'completed' }),
    'GET /v1/files/file-in/content': (response) => response.end(BATCH_INPUT.join('\n')),
    'GET /v1/files/file-out/content': output,
  };
  return startUpstream((request, response) => {
    const answer = answers[`${request.method} ${request.url}`];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  });
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
