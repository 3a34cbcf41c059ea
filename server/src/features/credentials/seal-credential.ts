import type { CredentialRow } from '../../ports/storage.ts';
import type { MasterKey } from './master-key.ts';

type Bound = Pick<CredentialRow, 'provider' | 'scope' | 'project_id' | 'user_id' | 'origin' | 'base_url'>;

export function sealCredential(row: Bound, secret: string, key: MasterKey): string {
  return key.encrypt(Buffer.from(secret), associated(row));
}

/** Undefined when it was sealed with another key, or anything it is bound to was changed. */
export function openCredential(row: CredentialRow, key: MasterKey): string | undefined {
  return row.master_key_id === key.id ? key.decrypt(row.sealed, associated(row))?.toString() : undefined;
}

/** Whose it is and where it may be sent: moved to another row, the secret cannot be opened. */
function associated(row: Bound): string {
  const { provider, scope, project_id, user_id, origin, base_url } = row;
  return JSON.stringify(['weir credential', provider, scope, project_id, user_id, origin, base_url]);
}
