import type { Stand } from './stand.ts';

/** Makes through the API what a test needs, and gives the reply; throws when the server refuses it. */
// biome-ignore lint/suspicious/noExplicitAny: replies have every shape
export async function plant(stand: Stand, request: string, body?: object): Promise<any> {
  const { status, text, json } = await stand.scene.weir.api(request, body);
  if (status >= 300) throw new Error(`${request}: ${status} ${text.slice(0, 300)}`);
  return json;
}
