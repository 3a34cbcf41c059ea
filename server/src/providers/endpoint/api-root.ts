const VERSION_SEGMENT = /\/v\d+(?:(?:alpha|beta)\d*)?(?=\/|$)/;

/**
 * The address below which an API's paths start. Base URLs follow each provider's own client, some with the version and
 * some without, so a missing version path is added, a doubled one is made single and trailing slashes are taken off.
 */
export function apiRoot(baseUrl: string, versionPath = '/v1'): string {
  const trimmed = withoutSlashes(baseUrl);
  const origin = originOf(trimmed);
  const path = trimmed.slice(origin.length).replace(/(\/v\d+)(?:\1)+$/, '$1');
  if (VERSION_SEGMENT.test(path)) return origin + path;
  return `${origin}${commonStart(path, versionPath)}${versionPath}`;
}

/** The address without its version path: where a provider keeps what stands beside its API. */
export function serverRoot(baseUrl: string): string {
  return withoutSlashes(baseUrl).replace(/(?:\/v\d+(?:beta)?)+$/, '');
}

export function withoutSlashes(url: string): string {
  let end = url.length;
  while (end > 0 && url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}

function originOf(url: string): string {
  const pathStart = url.indexOf('/', url.indexOf('://') + 3);
  return pathStart === -1 ? url : url.slice(0, pathStart);
}

/** A base URL may already hold the first part of the version path (`/openai` of `/openai/v1`). */
function commonStart(path: string, versionPath: string): string {
  const parent = versionPath.slice(0, versionPath.lastIndexOf('/'));
  return parent !== '' && path.endsWith(parent) ? path.slice(0, -parent.length) : path;
}
