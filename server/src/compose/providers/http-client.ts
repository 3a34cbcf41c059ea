import type { Config } from '../../config/schema.ts';
import { createHttpClient } from '../../egress/http-client.ts';
import type { HttpClient } from '../../ports/http-client.ts';

/** The one HTTP client as the configuration wants it. */
export function httpClientFor({ egress, timeouts }: Pick<Config, 'egress' | 'timeouts'>): HttpClient {
  return createHttpClient({
    connectTimeoutMs: timeouts.connect_ms,
    allow: egress.allow,
    proxy: { https: egress.https_proxy, http: egress.http_proxy, except: egress.no_proxy },
  });
}
