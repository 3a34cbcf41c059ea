import { asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import { NO_USAGE, type Usage } from '../../kernel/usage.ts';

/** What a line of a batch's output or error file says about the call it was. */
export interface BatchResult {
  /** As the line of the input named it, else as the reply did; '' when neither is known. */
  readonly model: string;
  /** HTTP status that a single call would have had. */
  readonly status: number;
  readonly succeeded: boolean;
  /** Undefined: it was answered, and how much it took is not said. */
  readonly usage: Usage | undefined;
}

/** Reads one line; one that makes no sense counts as answered, with unknown usage. */
export function readResult(
  line: string,
  of: {
    readonly endpoint: string;
    readonly models: ReadonlyMap<string, string>;
    readonly readUsage: (body: JsonObject) => Usage | undefined;
  },
): BatchResult {
  const json = parseJson(line);
  const result = isObject(json) ? json : {};
  const response = asObject(result.response);
  const body = asObject(response?.body) ?? {};
  const status = asNumber(response?.status_code) ?? (isObject(result.error) ? 500 : 200);
  const succeeded = status < 300 && !isObject(result.error);
  const model = of.models.get(asString(result.custom_id) ?? '') ?? asString(body.model) ?? '';
  return { model, status, succeeded, usage: succeeded ? usageIn(body, of) : NO_USAGE };
}

/** Moderations are free; calls that failed are not billed. */
function usageIn(
  body: JsonObject,
  of: { readonly endpoint: string; readonly readUsage: (body: JsonObject) => Usage | undefined },
): Usage | undefined {
  return of.endpoint === '/v1/moderations' ? NO_USAGE : of.readUsage(body);
}
