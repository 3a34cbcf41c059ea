import type { LiveFeed } from '../features/live/live-feed.ts';
import type { TargetStatus } from '../gateway/routing/target-health.ts';
import type { AlertSink } from '../ports/alerts.ts';
import type { Storage } from '../ports/storage.ts';
import { announcingStorage } from '../workers/announcing-storage.ts';

/** What the rows of a kind of `ports/changes` are called outside. */
const OBJECTS: Readonly<Record<string, string>> = {
  keys: 'key',
  projects: 'project',
  credentials: 'credential',
  'setting:route': 'route',
  'setting:user': 'user',
  'setting:budget': 'budget',
  'setting:policy': 'policy',
};

/** A storage that tells the feed of what people look at. Names of rows stay in their project, so most changes have no id. */
export function watchedStorage(storage: Storage, feed: LiveFeed): Storage {
  const of = (projectId: string | undefined, object: string, id?: string) =>
    feed.add({ kind: 'change', projectId, object, id });
  const announced = announcingStorage(storage, async (kind) => {
    const object = OBJECTS[kind];
    if (object !== undefined) of(undefined, object);
  });
  const { inbox, workflows } = storage;
  const { runs, definitions } = workflows;
  return {
    ...announced,
    inbox: {
      ...inbox,
      async put(row) {
        await inbox.put(row);
        of(row.project_id, 'inbox', row.id);
      },
      async decide(decision) {
        const decided = await inbox.decide(decision);
        if (decided !== undefined) of(decision.projectId, 'inbox', decision.id);
        return decided;
      },
      async useUp(which) {
        const isUsed = await inbox.useUp(which);
        of(which.projectId, 'inbox', which.id);
        return isUsed;
      },
    },
    workflows: {
      ...workflows,
      definitions: {
        ...definitions,
        async publish(projectId, id, published) {
          await definitions.publish(projectId, id, published);
          of(projectId, 'workflow', id);
        },
        async delete(projectId, id, atMs) {
          const isGone = await definitions.delete(projectId, id, atMs);
          of(projectId, 'workflow', id);
          return isGone;
        },
      },
      runs: {
        ...runs,
        async insert(row, steps) {
          await runs.insert(row, steps);
          of(row.project_id, 'run', row.id);
        },
        async commit(write) {
          const owned = await runs.commit(write);
          of(write.projectId, 'run', write.runId);
          for (const item of write.inbox) of(write.projectId, 'inbox', item.id);
          return owned;
        },
        async cancel(projectId, id, atMs) {
          const asked = await runs.cancel(projectId, id, atMs);
          of(projectId, 'run', id);
          return asked;
        },
        async reopen(which) {
          const isOpen = await runs.reopen(which);
          of(which.projectId, 'run', which.id);
          return isOpen;
        },
      },
    },
  };
}

/** Alerts as changes, for who looks at the situation. */
export function watchedAlerts<Sink extends AlertSink>(sink: Sink, feed: LiveFeed): Sink {
  return {
    ...sink,
    send(alert) {
      sink.send(alert);
      feed.add({ kind: 'change', projectId: alert.projectId, object: 'alert', id: alert.kind });
    },
  };
}

/** Tells of breakers that are in another state than when this was asked last. */
export function breakerWatch(feed: LiveFeed): (readings: readonly TargetStatus[]) => void {
  const known = new Map<string, string>();
  return (readings) => {
    for (const { provider, model, credential, breaker } of readings) {
      const name = `${provider}/${model} ${credential}`;
      const before = known.get(name) ?? 'closed';
      known.set(name, breaker);
      if (before !== breaker)
        feed.add({ kind: 'change', projectId: undefined, object: 'breaker', id: `${provider}/${model}` });
    }
  };
}
