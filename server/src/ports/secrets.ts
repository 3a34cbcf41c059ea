import type { Credential, Provider } from './provider.ts';

/** Finds the credentials a call may use. Synchronous: the store keeps what is live in memory. */
export interface CredentialSource {
  /** The pool of the nearest scope that has any: the user's, else the project's, else the server's. Empty when none has. */
  pool(provider: Provider, owner: { projectId: string; userId: string | undefined }): readonly Credential[];
}

/** Encrypts content of one project at rest. */
export interface ContentSeal {
  seal(projectId: string, plain: string): string;
  /** Throws `store.unavailable` when the text was not sealed by this server's master key. */
  open(projectId: string, sealed: string): string;
}
