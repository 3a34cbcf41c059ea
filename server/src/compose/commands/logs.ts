import type { ActionGroup } from '../../cli/command.ts';
import { analyze } from './logs/analyze.ts';
import { apply } from './logs/apply.ts';
import { exportPolicy } from './logs/export.ts';
import { policy } from './logs/policy.ts';

export const logs: ActionGroup = { actions: { analyze, policy, apply, export: exportPolicy } };
