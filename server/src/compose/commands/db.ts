import type { ActionGroup } from '../../cli/command.ts';
import { backup } from './db/backup.ts';
import { copy } from './db/copy.ts';
import { migrate } from './db/migrate.ts';

export const db: ActionGroup = { actions: { migrate, copy, backup } };
