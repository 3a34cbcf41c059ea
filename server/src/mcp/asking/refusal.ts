/** The protocol's code for what the user did not allow. */
const REJECTED = -1;

/** What a server hears that may not ask; it learns nothing about budgets, models or keys. */
export class Refusal extends Error {
  readonly code = REJECTED;
}
