/** A request that the server refused, or that never reached it; `message` is what the server says. */
export class ServerProblem extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** A code of the error reference, such as `limit.budget`. */
  readonly code: string;
  /** The field at fault, when the server names one. */
  readonly param: string | undefined;
  readonly requestId: string | undefined;

  constructor(of: { status: number; code: string; message: string; param?: string; requestId?: string }) {
    super(of.message);
    this.name = 'ServerProblem';
    this.status = of.status;
    this.code = of.code;
    this.param = of.param;
    this.requestId = of.requestId;
  }
}

/** Reads an error of any of the server's wires. */
export function readProblem(response: Response, body: unknown): ServerProblem {
  const error = member(body, 'error');
  const details = member(error, 'details');
  const param = text(member(details, 'param')) ?? text(member(error, 'param'));
  const requestId = response.headers.get('x-request-id') ?? undefined;
  return new ServerProblem({
    status: response.status,
    code: text(member(error, 'code')) ?? text(member(error, 'type')) ?? `http.${response.status}`,
    message: text(member(error, 'message')) ?? `The server answered ${response.status} without a reason.`,
    ...(param === undefined ? {} : { param }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
