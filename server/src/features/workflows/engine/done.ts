import type { Json } from '../../../kernel/json.ts';

/** What a step gives when it is done. */
export interface Done {
  readonly output: Json;
  readonly raw?: Json;
}
