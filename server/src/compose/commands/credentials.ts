import type { ActionGroup } from '../../cli/command.ts';
import { rotate } from './credentials/rotate-master-key.ts';

export const credentials: ActionGroup = { actions: { 'rotate-master-key': rotate } };
