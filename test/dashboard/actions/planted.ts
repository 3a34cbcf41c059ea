import type { Stand } from '../support/stand.ts';

/** Makes through the API what an action needs, and gives what the server made of it. */
// biome-ignore lint/suspicious/noExplicitAny: replies have every shape
export async function planted(stand: Stand, request: string, body: object): Promise<any> {
  const { status, text, json } = await stand.scene.weir.api(request, body);
  if (status >= 300) throw new Error(`${request}: ${status} ${text.slice(0, 300)}`);
  return json;
}
