export { type AuditEntry, auditEntrySchema } from './audit.ts';
export { type BudgetObject, budgetObjectSchema, budgetWriteSchema } from './budget.ts';
export { type CacheStats, cachePurgeSchema, cacheStatsSchema } from './cache.ts';
export { capabilitiesSchema } from './capabilities.ts';
export { type ConfigValue, configValueSchema } from './config-value.ts';
export { erasedSchema, type KeptContentObject, keptContentSchema } from './content.ts';
export {
  type ConversationMessage,
  type ConversationObject,
  conversationDeletedSchema,
  conversationExportSchema,
  conversationForkSchema,
  conversationMessageSchema,
  conversationSchema,
  newConversationSchema,
} from './conversation.ts';
export {
  type CredentialObject,
  credentialSchema,
  newCredentialSchema,
  newTokenSchema,
  tokenSchema,
} from './credential.ts';
export { type ErrorEnvelope, errorEnvelopeSchema } from './error.ts';
export {
  type CalibrationObject,
  type ComparisonObject,
  calibrationSchema,
  changedDatasetSchema,
  compareRunsSchema,
  comparisonSchema,
  type DatasetDetailObject,
  type DatasetItemObject,
  type DatasetObject,
  datasetDetailSchema,
  datasetItemSchema,
  datasetSchema,
  type EvalResultObject,
  type EvalRunObject,
  type EvaluatorObject,
  evalResultSchema,
  evalRunSchema,
  evaluatorSchema,
  type ModelComparisonObject,
  modelComparisonSchema,
  newDatasetSchema,
  newEvalRunSchema,
  newEvaluatorSchema,
  newPairwiseRunSchema,
  type PreferenceObject,
  preferenceSchema,
} from './eval-run.ts';
export { type EvaluationObject, evaluationSchema, newEvaluationSchema } from './evaluation.ts';
export { type GuardVerdictObject, guardCheckSchema, guardVerdictSchema } from './guardrail.ts';
export { healthSchema } from './health.ts';
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
export { type LimitUseObject, limitUseSchema } from './limit.ts';
export { listSchema } from './list.ts';
export { type LiveCall, type LiveChange, liveCallSchema, liveChangeSchema, liveSkippedSchema } from './live.ts';
export {
  type AnalysisSummary,
  analysisSummarySchema,
  LOG_SEVERITIES,
  type LogPolicy,
  type LogSeverity,
  logPolicySchema,
  type PatternStat,
  type PolicyPattern,
  patternStatSchema,
  policyPatternSchema,
  severityRatesSchema,
} from './log-policy.ts';
export {
  acceptedStatsSchema,
  activatedPolicySchema,
  activatePolicySchema,
  activePolicySchema,
  analyzeLogsSchema,
  type DryRunObject,
  dryRunSchema,
  fullFidelitySchema,
  type GeneratedPolicy,
  generatedPolicySchema,
  generatePolicySchema,
  type LogAnalysisObject,
  type LogServiceObject,
  logAnalysisSchema,
  logServiceSchema,
  newLogServiceSchema,
  patternStatsSchema,
  policyVersionSchema,
} from './log-sampling.ts';
export { newProjectSchema, type ProjectObject, projectSchema } from './project.ts';
export {
  archivedPromptSchema,
  type LabelMoveObject,
  labelMoveSchema,
  labelNameSchema,
  labelRulesSchema,
  modelConfigSchema,
  moveLabelSchema,
  newPromptSchema,
  type PromptLabelObject,
  type PromptObject,
  type PromptVersionObject,
  promptDiffSchema,
  promptLabelSchema,
  promptMessageSchema,
  promptSchema,
  promptVersionSchema,
  type RenderedPromptObject,
  renderedPromptSchema,
  renderPromptSchema,
  rollbackLabelSchema,
} from './prompt.ts';
export { type RouteObject, routeObjectSchema, routeWriteSchema } from './route.ts';
export { newSessionSchema, type SessionObject, sessionEndSchema, sessionSchema } from './session.ts';
export { type StatementObject, situationSchema, statementSchema } from './situation.ts';
export { type TargetObject, targetSchema } from './targets.ts';
export {
  type ToolServerObject,
  toolCallResultSchema,
  toolCallSchema,
  toolSchema,
  toolServerSchema,
} from './tool-server.ts';
export {
  costSchema,
  type GuardFindings,
  guardFindingsSchema,
  reconciliationSchema,
  telemetrySchema,
  type UsageRecordObject,
  usageRecordSchema,
  usageReportSchema,
} from './usage.ts';
export { type UserObject, userObjectSchema, userWriteSchema } from './user.ts';
export { validateReplySchema, validateRequestSchema } from './validate.ts';
export {
  decideInboxSchema,
  type ExecutionEvent,
  type ExecutionObject,
  type ExecutionStep,
  type ExecutionSummary,
  executeWorkflowSchema,
  executionEventSchema,
  executionSchema,
  executionStepSchema,
  executionSummarySchema,
  executionWaitQuery,
  forkExecutionSchema,
  INBOX_KINDS,
  INBOX_STATUSES,
  type InboxItem,
  inboxItemSchema,
  publishWorkflowSchema,
  RUN_STATUSES,
  resumeExecutionSchema,
  STEP_STATUSES,
  startedExecutionSchema,
  type WorkflowCheck,
  type WorkflowObject,
  type WorkflowSummary,
  webhookSecretSchema,
  workflowCheckSchema,
  workflowSchema,
  workflowSummarySchema,
  workflowTriggerSchema,
  workflowVersionSchema,
} from './workflow.ts';
export {
  WORKFLOW_STEP_TYPES,
  type WorkflowStepType,
  workflowDocumentSchema,
  workflowJsonSchema,
} from './workflow-document.ts';
