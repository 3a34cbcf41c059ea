import { isObject, parseJson } from '../../kernel/json.ts';

/** A batch that a provider runs, and for whom. */
export interface MeteredBatch {
  readonly id: string;
  readonly provider: string;
  readonly credentialId: string;
  readonly projectId: string;
  readonly keyId: string;
  /** Labels of the request that made it; absent: it had none. */
  readonly userId?: string | undefined;
  readonly agentType?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** As it was written with `JSON.stringify`; undefined when something else stands there. */
export function readMeteredBatch(text: string): MeteredBatch | undefined {
  const json = parseJson(text);
  return isObject(json) && typeof json.id === 'string' ? (json as unknown as MeteredBatch) : undefined;
}
