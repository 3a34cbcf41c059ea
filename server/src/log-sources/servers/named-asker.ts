import { isWeirError, WeirError } from '../../kernel/errors.ts';
import type { AskServer } from './ask-server.ts';

/** The same; what goes wrong on the way names the source. */
export function namedAsker(ask: AskServer, source: string): AskServer {
  return async (request) => {
    try {
      return await ask(request);
    } catch (error) {
      if (!isWeirError(error)) throw error;
      const what = error.code === 'upstream.timeout' ? 'did not answer in time' : 'could not be asked';
      throw new WeirError(error.code, {
        message: `The log source "${source}" ${what}: ${error.message}`,
        cause: error,
      });
    }
  };
}
