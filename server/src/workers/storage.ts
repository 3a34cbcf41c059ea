import { WeirError } from '../kernel/errors.ts';
import type { AuditRow, Storage } from '../ports/storage.ts';
import type { Link, Services } from './link.ts';

/** The audit log as another thread can use it: a function does not travel, so it says on what its row is built. */
interface ServedAudit extends Omit<Storage['audit'], 'append'> {
  /** False, and nothing is stored, when the row stored last is another one. */
  appendAfter(lastId: string | undefined, row: AuditRow): Promise<boolean>;
}

const TRIES = 100;

/** The storage of another thread: one connection and one writer for the whole process. */
export function remoteStorage(link: Link): Storage {
  const audit = link.remote<ServedAudit>('audit');
  const { ping } = link.remote<Pick<Storage, 'ping'>>('storage');
  return {
    keys: link.remote('keys'),
    projects: link.remote('projects'),
    credentials: link.remote('credentials'),
    settings: link.remote('settings'),
    objects: link.remote('objects'),
    content: link.remote('content'),
    idempotency: link.remote('idempotency'),
    logServices: link.remote('logServices'),
    logPolicies: link.remote('logPolicies'),
    workflows: {
      definitions: link.remote('workflowDefinitions'),
      runs: link.remote('workflowRuns'),
      triggers: link.remote('workflowTriggers'),
    },
    inbox: link.remote('inbox'),
    conversations: link.remote('conversations'),
    prompts: link.remote('prompts'),
    evaluations: {
      scores: link.remote('scores'),
      datasets: link.remote('datasets'),
      evaluators: link.remote('evaluators'),
      runs: link.remote('evalRuns'),
    },
    outbox: link.remote('outbox'),
    retention: link.remote('retention'),
    values: link.remote('values'),
    audit: {
      last: audit.last,
      list: audit.list,
      anchor: audit.anchor,
      async append(make) {
        for (let tries = 0; tries < TRIES; tries++) {
          const last = await audit.last();
          if (await audit.appendAfter(last?.id, make(last))) return;
        }
        throw new WeirError('store.unavailable', { message: 'The audit log is too busy.' });
      },
    },
    ping,
    close: async () => {},
  };
}

/** What `remoteStorage` asks for. */
export function serveStorage(storage: Storage): Services {
  const { audit } = storage;
  const served: ServedAudit = {
    last: () => audit.last(),
    list: (query) => audit.list(query),
    anchor: () => audit.anchor(),
    async appendAfter(lastId, row) {
      try {
        await audit.append((last) => {
          if (last?.id !== lastId) throw OTHER_ROW;
          return row;
        });
        return true;
      } catch (error) {
        if (error === OTHER_ROW) return false;
        throw error;
      }
    },
  };
  return {
    keys: storage.keys,
    projects: storage.projects,
    credentials: storage.credentials,
    settings: storage.settings,
    objects: storage.objects,
    content: storage.content,
    idempotency: storage.idempotency,
    logServices: storage.logServices,
    logPolicies: storage.logPolicies,
    workflowDefinitions: storage.workflows.definitions,
    workflowRuns: storage.workflows.runs,
    workflowTriggers: storage.workflows.triggers,
    inbox: storage.inbox,
    conversations: storage.conversations,
    prompts: storage.prompts,
    scores: storage.evaluations.scores,
    datasets: storage.evaluations.datasets,
    evaluators: storage.evaluations.evaluators,
    evalRuns: storage.evaluations.runs,
    outbox: storage.outbox,
    retention: storage.retention,
    values: storage.values,
    audit: served,
    storage: { ping: () => storage.ping() },
  };
}

const OTHER_ROW = new Error('another row was stored last');
