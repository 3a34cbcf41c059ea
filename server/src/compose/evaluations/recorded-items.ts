import { redactContent } from '../../features/content/redact-content.ts';
import type { ItemToAdd } from '../../features/evaluations/datasets/datasets.ts';
import { itemFromCall } from '../../features/evaluations/datasets/from-traffic.ts';
import { isWeirError } from '../../kernel/errors.ts';
import type { Capture } from '../capture.ts';

/**
 * Items out of recorded calls of a project, redacted whatever was kept. The item is named by its content, so that what many asked is
 * one item.
 */
export function recordedItems({ store, redact, drained }: Pick<Capture, 'store' | 'redact' | 'drained'>) {
  return async (ids: readonly string[], projectId: string) => {
    const items: ItemToAdd[] = [];
    const skipped: string[] = [];
    // What was just said is still being redacted.
    await drained();
    for (const id of ids) {
      const item = await itemOf(id, projectId);
      if (item === undefined) skipped.push(id);
      else items.push(item);
    }
    return { items, skipped };
  };

  async function itemOf(id: string, projectId: string): Promise<ItemToAdd | undefined> {
    try {
      const { request, reply, userId } = await store.read(id, projectId);
      const shown = async (text: string | null) =>
        text === null
          ? null
          : ((await redactContent({ text, isCut: false, isStream: isStream(text) }, redact)) ?? null);
      const content = itemFromCall({ request: await shown(request), reply: await shown(reply) });
      if (content === undefined) return undefined;
      return { id: undefined, content, sourceRequestId: id, ...(userId === undefined ? {} : { userId }) };
    } catch (error) {
      if (isWeirError(error) && error.code === 'resource.not_found') return undefined;
      throw error;
    }
  }
}

function isStream(text: string): boolean {
  return /^(?:event|data|id|:)/.test(text);
}
