import type { ActionGroup } from '../../cli/command.ts';
import { run } from './eval/run.ts';

export const evaluate: ActionGroup = { actions: { run } };
