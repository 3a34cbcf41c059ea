import type { JsonObject } from './json.ts';

export interface StoredFile {
  file: JsonObject;
  bytes: Buffer;
}

export interface StoredBatch {
  batch: JsonObject;
}

/** An Anthropic batch with one result line per request, empty until it has ended. */
export interface StoredMessageBatch {
  batch: JsonObject;
  lines: JsonObject[];
}

/** A response that was kept, with everything that led to it. */
export interface StoredResponse {
  response: JsonObject;
  /** Input items of this call only, with ids. */
  inputItems: JsonObject[];
  /** Items of all turns so far, this reply's output included: what a follow-up continues from. */
  history: JsonObject[];
}
