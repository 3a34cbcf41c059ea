import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';

/** One request of a batch. */
export interface BatchLine {
  /** Position in the file, from 1. */
  readonly number: number;
  readonly customId: string;
  readonly body: JsonObject;
}

/** What is wrong with a line, as OpenAI's batch object says it. */
export interface LineProblem {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  readonly line: number | null;
}

/** Where the requests of a batch may go. */
export const BATCH_ENDPOINTS: readonly string[] = [
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/embeddings',
  '/v1/completions',
  '/v1/moderations',
];

/** Problems beyond these say nothing new. */
const MAX_PROBLEMS = 20;

/** Every line of an input file, or what keeps the batch from being run. */
export function readBatchLines(
  text: string,
  of: { endpoint: string; maxLines: number },
): { lines: BatchLine[]; problems: LineProblem[] } {
  const lines: BatchLine[] = [];
  const problems: LineProblem[] = [];
  const seen = new Set<string>();
  const rows = text.split('\n');
  for (const [at, row] of rows.entries()) {
    if (row.trim() === '') continue;
    if (problems.length >= MAX_PROBLEMS) break;
    const read = readLine(row, { number: at + 1, endpoint: of.endpoint, seen });
    if ('code' in read) problems.push(read);
    else lines.push(read);
  }
  if (lines.length === 0 && problems.length === 0) {
    problems.push({ code: 'empty_file', message: 'The input file has no lines.', param: null, line: null });
  }
  if (lines.length > of.maxLines) {
    const message = `The input file has ${lines.length} lines; batches.max_lines is ${of.maxLines}.`;
    problems.push({ code: 'too_many_requests', message, param: null, line: null });
  }
  return { lines, problems };
}

function readLine(row: string, of: { number: number; endpoint: string; seen: Set<string> }): BatchLine | LineProblem {
  const problem = (code: string, param: string | null, message: string) => ({ code, message, param, line: of.number });
  const json = parseJson(row);
  if (!isObject(json)) return problem('invalid_json_line', null, 'This line is not a JSON object.');
  const { custom_id: customId, method, url, body } = json;
  if (typeof customId !== 'string' || customId === '') {
    return problem('missing_required_parameter', 'custom_id', 'custom_id: is required.');
  }
  if (of.seen.has(customId)) {
    return problem('duplicate_custom_id', 'custom_id', 'custom_id: another line has the same one.');
  }
  of.seen.add(customId);
  if (method !== 'POST') return problem('invalid_method', 'method', 'method: must be POST.');
  if (url !== of.endpoint) {
    return problem('mismatched_endpoint', 'url', `url: must be the endpoint of the batch, ${of.endpoint}.`);
  }
  if (!isObject(body)) return problem('missing_required_parameter', 'body', 'body: must be a JSON object.');
  if (body.stream === true) return problem('invalid_request', 'body.stream', 'body.stream: a batch does not stream.');
  return { number: of.number, customId, body };
}
