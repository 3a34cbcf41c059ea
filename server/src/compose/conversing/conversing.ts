import type { Config } from '../../config/schema.ts';
import type { Call, Outcome } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConversationState } from '../../ports/conversation-state.ts';
import { TokenCalibration } from '../../pricing/count-tokens/calibration.ts';
import { modelGateway } from '../model-gateway.ts';
import type { Targets } from '../providers/targets.ts';
import type { Stores } from '../stores.ts';
import { converse } from './converse.ts';
import { messageTokens } from './message-tokens.ts';
import { summaries } from './summaries.ts';

export interface Conversing {
  readonly converse: NonNullable<ConversationState['converse']>;
  readonly tokens: ReturnType<typeof messageTokens>;
  /** What is known of how models count. */
  readonly calibration: TokenCalibration;
  /** Stores what was learnt since the last time. */
  save(): Promise<void>;
}

const SAVED = 'token-calibration';

/** Calls that belong to conversations, with what they need of the rest of the house. */
export async function composeConversing(of: {
  config: () => Config;
  stores: Pick<Stores, 'conversations' | 'storage'>;
  targets: () => Pick<Targets, 'leadsTo'>;
  clock: Clock;
  run: (call: Call) => Promise<Outcome>;
  /** A summary could not be written. */
  report: (error: unknown, call: Call) => void;
}): Promise<Conversing> {
  const { conversations, storage } = of.stores;
  const calibration = new TokenCalibration();
  const saved = await storage.values.get(SAVED);
  if (saved !== undefined) calibration.restore(saved);
  let savedChanges = 0;
  const tokens = messageTokens({
    calibration,
    leadsTo(name) {
      const target = of.targets().leadsTo(name);
      return target === undefined ? undefined : { provider: target.provider.name, model: target.model };
    },
  });
  return {
    calibration,
    tokens,
    converse: converse({
      config: of.config,
      conversations,
      tokens,
      summaries: summaries({
        conversations,
        gateway: modelGateway({ run: of.run, clock: of.clock }),
        settings: () => of.config().conversations,
        report: of.report,
      }),
    }),
    async save() {
      const { changes } = calibration;
      if (changes === savedChanges) return;
      await storage.values.put(SAVED, calibration.saved());
      savedChanges = changes;
    },
  };
}
