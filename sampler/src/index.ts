export { patchConsole } from './adapters/console.ts';
export { type PinoHooks, pinoHooks } from './adapters/pino.ts';
export { type WinstonFormat, winstonFormat } from './adapters/winston.ts';
export type { FoldedErrors } from './error-folding.ts';
export { type Origin, Sampler, type SamplerCounts, type SamplerOptions } from './sampler.ts';
export { sampled, withFullFidelity } from './scope.ts';
export { type Severity, type SeverityScale, severityOf } from './severity.ts';
export { SIGNATURE_VERSION } from './signature.ts';
export type { Stamp } from './stamp.ts';
