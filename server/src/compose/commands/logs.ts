import type { ActionGroup } from '../../cli/command.ts';
import { analyze } from './logs/analyze.ts';

export const logs: ActionGroup = { actions: { analyze } };
