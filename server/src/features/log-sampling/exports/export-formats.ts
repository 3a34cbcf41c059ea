import type { LogPolicy } from '@weir/contract';
import type { ExportFile } from './export-plan.ts';
import { exportToFluentBit } from './fluent-bit.ts';
import { exportToOtel } from './otel.ts';
import { exportToPostHog } from './posthog.ts';
import { exportToVector } from './vector.ts';

/** What a policy can be exported to, by the name of `weir logs export --format`. `nowMs` decides which boosts are on. */
export const EXPORT_FORMATS = {
  vector: exportToVector,
  otel: exportToOtel,
  'fluent-bit': exportToFluentBit,
  posthog: exportToPostHog,
} as const satisfies Record<string, (policy: LogPolicy, nowMs: number) => ExportFile[]>;
