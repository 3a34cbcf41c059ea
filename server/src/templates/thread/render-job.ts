import type { TemplateOptions } from '../compile-template.ts';
import type { TemplateData } from '../evaluate/scope.ts';
import type { TemplateLimits } from '../values/run.ts';

/** What a thread is asked to render. */
export interface RenderJob {
  readonly source: string;
  readonly options: TemplateOptions;
  readonly data: TemplateData;
  readonly limits: TemplateLimits;
}

/** What it answers; `refused` has the message and details of the error. */
export type RenderAnswer = (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string; readonly details: Record<string, unknown> }
) & {
  /** Processor time of the thread so far, in milliseconds. */
  readonly cpuMs: number;
};
