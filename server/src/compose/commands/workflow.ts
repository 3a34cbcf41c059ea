import type { ActionGroup } from '../../cli/command.ts';
import { fork, resume } from './workflow/fork.ts';
import { list } from './workflow/list.ts';
import { push } from './workflow/push.ts';
import { run } from './workflow/run.ts';
import { show } from './workflow/show.ts';
import { test } from './workflow/test.ts';
import { validate } from './workflow/validate.ts';

export const workflow: ActionGroup = { actions: { list, push, run, show, validate, test, fork, resume } };
