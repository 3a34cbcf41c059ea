import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONTROL_PREFIX, control } from './control.ts';
import { type Fault, parseFault } from './faults/fault.ts';
import { overload, replaceReply } from './faults/replace-reply.ts';
import type { JournalEntry } from './journal.ts';
import { isObject, stringOf } from './json.ts';
import { createRandom, hashText } from './mind/random.ts';
import { Pacer } from './pacing.ts';
import { Reply } from './reply.ts';
import { type RequestBody, readBody } from './request-body.ts';
import { familyOfPath, matchRoute } from './router.ts';
import { WireError, type WireErrorFields } from './wire-error.ts';
import { credentialOf, isAccepted, type WireFamily } from './wires/family.ts';
import type { World } from './world.ts';

/** Connections that look alive after a reply and break under the next request. */
const closing = new WeakSet<object>();

/** One request on its way through the simulator. */
interface Visit {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  query: URLSearchParams;
  body: RequestBody;
  /** Fires when the client has gone or the simulator closes. */
  signal: AbortSignal;
  world: World;
}

/** Answers one request from its first byte to its last. Never rejects. */
export async function dispatch(request: IncomingMessage, response: ServerResponse, world: World): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const path = url.pathname;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (path.startsWith(CONTROL_PREFIX)) {
    const body = await readBody(request);
    return control({ method: request.method ?? '', path, query: url.searchParams, body: body?.json }, world, response);
  }
  if (path === '/' || path === '/api/hello') return sayHello(response);
  const entry = openEntry(request, response, world);
  if (closing.has(request.socket)) {
    world.journal.update(entry, { fault: 'close_after_reply' });
    request.socket.destroy();
    return;
  }
  const body = await readBody(request);
  if (!body) return;
  world.journal.received(entry, body.seen, body.bytes);
  const visit = { request, response, path, query: url.searchParams, body, signal: gone.signal, world };
  try {
    await visitProvider(visit, takeFault(visit, entry));
  } catch (error) {
    refuseScript(response, error);
  }
}

/** Only a fault that cannot be read comes here: the script is wrong, not the request. */
function refuseScript(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: `x-simulate: ${error instanceof Error ? error.message : String(error)}` }));
}

function sayHello(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"service":"weir provider simulator"}');
}

function openEntry(request: IncomingMessage, response: ServerResponse, world: World): JournalEntry {
  const { method = '', url = '', headers } = request;
  const entry = world.journal.open({ method, path: url, headers, at: Date.now() });
  response.once('close', () => {
    const finished = response.writableFinished;
    world.journal.update(entry, {
      finished,
      aborted: !finished,
      ...(response.headersSent ? { status: response.statusCode } : {}),
    });
  });
  return entry;
}

/** The header's fault comes before the scripted ones, and uses none of them up. */
function takeFault({ request, path, body, world }: Visit, entry: JournalEntry): Fault | undefined {
  const header = stringOf(request.headers['x-simulate']);
  const model = isObject(body.json) ? stringOf(body.json.model) : body.form?.fields.model;
  const fault =
    header === undefined
      ? world.faults.take({ path, model, authorization: credentialOf(request.headers) })
      : world.faults.resolve(parseFault(header));
  if (fault) world.journal.update(entry, { fault: fault.kind });
  return fault;
}

async function visitProvider(visit: Visit, fault: Fault | undefined): Promise<void> {
  const { request, response, path, body, world, signal } = visit;
  const match = matchRoute(request.method ?? '', path, request.headers);
  const family = match?.route.family ?? familyOfPath(path, request.headers);
  const requestId = family.newRequestId();
  const credential = credentialOf(request.headers);
  const reading = world.meter.charge(`${family.name}|${credential}`, Math.ceil(body.bytes / 4), Date.now());
  for (const [name, value] of Object.entries(family.replyHeaders(requestId, reading))) response.setHeader(name, value);
  const refuse = (fields: WireErrorFields) => sendError(response, family, { fields, requestId });
  if (fault?.kind === 'close_after_reply') closing.add(request.socket);
  try {
    const streaming = isObject(body.json) && body.json.stream === true;
    if (fault && (await replaceReply(fault, { response, signal, streaming, refuse }))) return;
    admit(visit, family);
    if (!match) throw notFound(request.method ?? '', path);
    const pacer = new Pacer(world.latency, createRandom(hashText(requestId, world.seed)));
    const errorEvent = () => family.errorEvent(overload(undefined), requestId);
    const reply = new Reply({ response, fault, pacer, signal, errorEvent });
    await match.route.handle({
      headers: request.headers,
      query: visit.query,
      params: match.params,
      body: body.json,
      form: body.form,
      requestId,
      reply,
      world,
    });
  } catch (error) {
    if (response.headersSent) response.destroy();
    else refuse(error instanceof WireError ? error.fields : internalError(error));
  }
}

function admit({ request, body }: Visit, family: WireFamily): void {
  const credential = credentialOf(request.headers);
  if (!isAccepted(credential)) throw family.credentialError(credential);
  if (body.problem === 'not_json' && !/multipart/.test(request.headers['content-type'] ?? '')) {
    throw new WireError({
      status: 400,
      type: 'invalid_request_error',
      message: 'The body of the request is not valid JSON.',
    });
  }
  if (body.problem === 'too_large') {
    throw new WireError({ status: 413, type: 'request_too_large', message: 'The request is larger than 64 MiB.' });
  }
}

function notFound(method: string, path: string): WireError {
  return new WireError({ status: 404, type: 'not_found_error', message: `Unknown request URL: ${method} ${path}.` });
}

function internalError(error: unknown): WireErrorFields {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, type: 'api_error', message: `The simulator itself failed: ${message}` };
}

function sendError(
  response: ServerResponse,
  family: WireFamily,
  { fields, requestId }: { fields: WireErrorFields; requestId: string },
): void {
  const body = Buffer.from(JSON.stringify(family.encodeError(fields, requestId)));
  response.writeHead(fields.status, {
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...fields.headers,
  });
  response.end(body);
}
