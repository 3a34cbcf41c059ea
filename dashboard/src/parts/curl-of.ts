/** A command for a terminal that makes one call; without a key it names the variable to set. */
export function curlOf(of: {
  readonly origin: string;
  readonly model: string;
  readonly key: string | undefined;
}): string {
  const body = JSON.stringify({ model: of.model, messages: [{ role: 'user', content: 'Say hello.' }] });
  return [
    `curl ${of.origin}/v1/chat/completions \\`,
    `  -H "Authorization: Bearer ${of.key ?? '$WEIR_KEY'}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body.replaceAll("'", "'\\''")}'`,
  ].join('\n');
}
