import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Campaign } from './campaign.ts';

/** Every campaign in a folder: each `<name>.campaign.ts` has one as its default export. */
export async function loadCampaigns(folder = import.meta.dirname): Promise<Campaign[]> {
  const files = globSync('*.campaign.ts', { cwd: folder }).sort();
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(folder, file)).href)));
  return modules.map((module: { default: Campaign }) => module.default);
}
