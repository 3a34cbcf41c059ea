import type { JsonObject } from '../../kernel/json.ts';

/** What Weir keeps of one response: enough to show it again, list its input and go on from it. */
export interface ResponseContent {
  /** The request's own items, without those of earlier turns. */
  readonly inputItems: readonly JsonObject[];
  readonly outputItems: readonly JsonObject[];
  /** The response object as the client got it. */
  readonly response: JsonObject;
}

/** The output stands in the record once, so the response is written without it. */
export function packContent(content: ResponseContent): string {
  const { output: _, ...response } = content.response;
  return JSON.stringify({ input: content.inputItems, output: content.outputItems, response });
}

export function unpackContent(text: string): ResponseContent {
  const { input, output, response } = JSON.parse(text) as {
    input: JsonObject[];
    output: JsonObject[];
    response: JsonObject;
  };
  return { inputItems: input, outputItems: output, response: { ...response, output } };
}
