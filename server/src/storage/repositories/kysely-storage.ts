import { type Kysely, sql } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';
import { auditRepository, type LockAudit } from './audit.ts';
import { contentRepository } from './content.ts';
import { conversationsRepository } from './conversations.ts';
import { credentialsRepository } from './credentials.ts';
import { datasetsRepository } from './datasets.ts';
import { evalRunsRepository } from './eval-runs.ts';
import { evaluatorsRepository } from './evaluators.ts';
import { idempotencyRepository } from './idempotency.ts';
import { inboxRepository } from './inbox.ts';
import { keysRepository } from './keys.ts';
import { logPoliciesRepository } from './log-policies.ts';
import { logServicesRepository } from './log-services.ts';
import { objectsRepository } from './objects.ts';
import { outboxRepository } from './outbox.ts';
import { projectsRepository } from './projects.ts';
import { promptsRepository } from './prompts.ts';
import { retentionRepository } from './retention.ts';
import type { RunStatements } from './run-statements.ts';
import { scoresRepository } from './scores.ts';
import { settingsRepository } from './settings.ts';
import { valuesRepository } from './values.ts';
import { workflowDefinitionsRepository } from './workflow-definitions.ts';
import { workflowRunsRepository } from './workflow-runs.ts';
import { workflowTriggersRepository } from './workflow-triggers.ts';

export interface KyselyStorageParts {
  readonly db: Kysely<Schema>;
  readonly close: () => Promise<void>;
  readonly lockAudit?: LockAudit;
  readonly runs: RunStatements;
}

/** The Storage port on any database that Kysely speaks. */
export function kyselyStorage({ db, close, lockAudit, runs }: KyselyStorageParts): Storage {
  return {
    keys: keysRepository(db),
    projects: projectsRepository(db),
    credentials: credentialsRepository(db),
    settings: settingsRepository(db),
    content: contentRepository(db),
    objects: objectsRepository(db),
    idempotency: idempotencyRepository(db),
    audit: auditRepository(db, lockAudit),
    logServices: logServicesRepository(db),
    logPolicies: logPoliciesRepository(db),
    workflows: {
      definitions: workflowDefinitionsRepository(db),
      runs: workflowRunsRepository(db, runs),
      triggers: workflowTriggersRepository(db),
    },
    inbox: inboxRepository(db),
    conversations: conversationsRepository(db),
    prompts: promptsRepository(db),
    evaluations: {
      scores: scoresRepository(db),
      datasets: datasetsRepository(db),
      evaluators: evaluatorsRepository(db),
      runs: evalRunsRepository(db),
    },
    outbox: outboxRepository(db),
    retention: retentionRepository(db, lockAudit),
    values: valuesRepository(db),
    async ping() {
      await sql`select 1`.execute(db);
    },
    close,
  };
}
