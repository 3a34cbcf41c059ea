/**
 * syntax: not the JSON it should be · schema: JSON that the schema refuses · size: too long · truncated: cut off at the
 * output limit · schema_invalid: the schema itself cannot be used · unchecked: the check took too long or had no room.
 */
export type ReplyProblemType = 'syntax' | 'schema' | 'size' | 'truncated' | 'schema_invalid' | 'unchecked';

/** One thing that is wrong with a reply, as `details.errors` and `POST /api/v1/validate` show it. */
export interface ReplyProblem {
  readonly error_type: ReplyProblemType;
  /** Never holds values of the reply. */
  readonly message: string;
  /** JSON Pointer of the place; '' for the whole. */
  readonly path: string;
  /** True when mending, extraction or another ask may help. */
  readonly recoverable: boolean;
}
