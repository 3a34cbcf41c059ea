import type { Kysely } from 'kysely';
import { initial } from './0001-initial.ts';
import { usage } from './0002-usage.ts';
import { replicas } from './0003-replicas.ts';
import { cacheSavings } from './0004-cache-savings.ts';
import { logSampling } from './0005-log-sampling.ts';
import { workflows } from './0006-workflows.ts';
import { runUsage } from './0007-run-usage.ts';
import { prompts } from './0008-prompts.ts';
import { conversations } from './0009-conversations.ts';
import { evaluations } from './0010-evaluations.ts';
import { evalAnswers } from './0011-eval-answers.ts';
import { attemptModels } from './0012-attempt-models.ts';

export interface Migration {
  /** Stands in the database for good: never renamed, never reordered. */
  readonly name: string;
  readonly apply: (db: Kysely<unknown>) => Promise<void>;
}

/** In the order they are applied. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-initial', apply: initial },
  { name: '0002-usage', apply: usage },
  { name: '0003-replicas', apply: replicas },
  { name: '0004-cache-savings', apply: cacheSavings },
  { name: '0005-log-sampling', apply: logSampling },
  { name: '0006-workflows', apply: workflows },
  { name: '0007-run-usage', apply: runUsage },
  { name: '0008-prompts', apply: prompts },
  { name: '0009-conversations', apply: conversations },
  { name: '0010-evaluations', apply: evaluations },
  { name: '0011-eval-answers', apply: evalAnswers },
  { name: '0012-attempt-models', apply: attemptModels },
];
