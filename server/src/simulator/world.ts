import { FaultBook } from './faults/fault-book.ts';
import { Journal } from './journal.ts';
import { ObjectStore } from './object-store.ts';
import type { Latency } from './pacing.ts';
import { RateMeter } from './rate-meter.ts';
import type { StoredBatch, StoredFile, StoredMessageBatch, StoredResponse } from './stored-objects.ts';

/** Everything one simulator remembers. */
export interface World {
  /** Decides what the model says; changed by `POST /_simulator/seed`. */
  seed: number;
  latency: Latency;
  journal: Journal;
  faults: FaultBook;
  meter: RateMeter;
  responses: ObjectStore<StoredResponse>;
  files: ObjectStore<StoredFile>;
  batches: ObjectStore<StoredBatch>;
  messageBatches: ObjectStore<StoredMessageBatch>;
}

export function createWorld(seed: number, latency: Latency): World {
  return {
    seed,
    latency,
    journal: new Journal(),
    faults: new FaultBook(seed),
    meter: new RateMeter(),
    responses: new ObjectStore(),
    files: new ObjectStore(),
    batches: new ObjectStore(),
    messageBatches: new ObjectStore(),
  };
}
