import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';

export type BatchStatus =
  | 'validating'
  | 'in_progress'
  | 'finalizing'
  | 'completed'
  | 'cancelling'
  | 'cancelled'
  | 'expired'
  | 'failed';

const DAY_S = 86_400;

export interface NewBatch {
  readonly id: string;
  readonly endpoint: string;
  readonly inputFileId: string;
  readonly metadata: Json;
  /** Lines, where they were counted already; absent: the run counts them. */
  readonly total?: number;
  /** Sent with every line; absent: none. Only batches whose owner never sees this object have some. */
  readonly lineHeaders?: Readonly<Record<string, string>>;
}

/** A batch as OpenAI's API shows it. */
export function newBatch(of: NewBatch, nowS: number): JsonObject {
  return {
    id: of.id,
    object: 'batch',
    endpoint: of.endpoint,
    errors: null,
    input_file_id: of.inputFileId,
    completion_window: '24h',
    status: 'validating',
    output_file_id: null,
    error_file_id: null,
    created_at: nowS,
    in_progress_at: null,
    expires_at: nowS + DAY_S,
    finalizing_at: null,
    completed_at: null,
    failed_at: null,
    expired_at: null,
    cancelling_at: null,
    cancelled_at: null,
    request_counts: { total: of.total ?? 0, completed: 0, failed: 0 },
    metadata: of.metadata,
    ...(of.lineHeaders === undefined ? {} : { line_headers: { ...of.lineHeaders } }),
  };
}

/** What is sent with every line. */
export function lineHeaders({ line_headers: headers }: JsonObject): Readonly<Record<string, string>> {
  return isObject(headers) ? (headers as Record<string, string>) : {};
}

/** The batch with another status and the time it took it on. */
export function withStatus(batch: JsonObject, status: BatchStatus, nowS: number): JsonObject {
  return { ...batch, status, [`${status}_at`]: nowS };
}

/** Nothing will change any more. */
export function isFinal({ status }: JsonObject): boolean {
  return status === 'completed' || status === 'cancelled' || status === 'expired' || status === 'failed';
}

export function fileObject(of: {
  id: string;
  bytes: number;
  filename: string;
  purpose: string;
  nowS: number;
}): JsonObject {
  return {
    id: of.id,
    object: 'file',
    bytes: of.bytes,
    created_at: of.nowS,
    expires_at: null,
    filename: of.filename,
    purpose: of.purpose,
    status: 'processed',
    status_details: null,
  };
}
