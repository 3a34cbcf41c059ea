import type { Contestant } from './contestant.ts';

/** No gateway at all: what the mock and the generator take between themselves. */
export const direct: Contestant = {
  name: 'direct',
  passesThrough: true,
  unavailable: () => undefined,
  start: async ({ upstreamPort }) => ({
    port: upstreamPort,
    pids: [],
    headers: [],
    notes: [],
    stop: async () => undefined,
  }),
};
