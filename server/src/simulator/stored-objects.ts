import type { JsonObject } from './json.ts';

export interface StoredFile {
  file: JsonObject;
  bytes: Buffer;
}

export interface StoredBatch {
  batch: JsonObject;
}

/** A response that was kept, with everything that led to it. */
export interface StoredResponse {
  response: JsonObject;
  /** Input items of this call only, with ids. */
  inputItems: JsonObject[];
  /** Items of all turns so far, this reply's output included: what a follow-up continues from. */
  history: JsonObject[];
}
