/** A refusal before it has a wire shape: each wire family encodes it in its own way. */
export interface WireErrorFields {
  /** HTTP status of the reply. */
  status: number;
  /** The provider's error type, e.g. `invalid_request_error`. */
  type: string;
  /** The text a developer reads; names the field when one is at fault. */
  message: string;
  /** The field at fault as the provider would name it; absent when no single field is. */
  param?: string | undefined;
  /** The provider's short error code; absent when it sends none. */
  code?: string | undefined;
  /** Extra reply headers, e.g. `retry-after`. */
  headers?: Record<string, string> | undefined;
}

export class WireError extends Error {
  readonly fields: WireErrorFields;

  constructor(fields: WireErrorFields) {
    super(fields.message);
    this.name = 'WireError';
    this.fields = fields;
  }
}
