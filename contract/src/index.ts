export { type AuditEntry, auditEntrySchema } from './audit.ts';
export {
  type CredentialObject,
  credentialSchema,
  newCredentialSchema,
  newTokenSchema,
  tokenSchema,
} from './credential.ts';
export { type ErrorEnvelope, errorEnvelopeSchema } from './error.ts';
export { type GuardVerdictObject, guardCheckSchema, guardVerdictSchema } from './guardrail.ts';
export {
  budgetSchema,
  createdKeySchema,
  type KeyObject,
  keyChangeSchema,
  keySchema,
  limitsSchema,
  newKeySchema,
  ROLES,
} from './key.ts';
export { listSchema } from './list.ts';
export { newProjectSchema, type ProjectObject, projectSchema } from './project.ts';
export { type RouteObject, routeObjectSchema, routeWriteSchema } from './route.ts';
export {
  costSchema,
  reconciliationSchema,
  telemetrySchema,
  usageRecordSchema,
  usageReportSchema,
} from './usage.ts';
