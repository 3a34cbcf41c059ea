import { peopleContract } from './engine-people.contract.ts';
import { recoveryContract } from './engine-recovery.contract.ts';
import { stepsContract } from './engine-steps.contract.ts';
import { engineSuite, type Prepare } from './engine-suite.ts';

/** What the engine promises on every database. */
export function engineContract(name: string, prepare: Prepare): void {
  engineSuite(`engine, steps: ${name}`, prepare, stepsContract);
  engineSuite(`engine, people: ${name}`, prepare, peopleContract);
  engineSuite(`engine, recovery: ${name}`, prepare, recoveryContract);
}
