/** How calls to models that tool servers make are recognised in the ledger, and which budget they count against. */

const KEY = 'mcp_';
const WIRE = 'mcp:';

/** Id of the key that Weir makes for a tool server; ids of other keys never begin so. */
export function brokeredKeyId(server: string): string {
  return `${KEY}${server}`;
}

/** The ledger's name of calls that a tool server asks for by sampling, in the name of whoever called its tool. */
export function samplingWire(server: string): string {
  return `${WIRE}${server}`;
}

/** The tool server that makes a call, by its own key or by sampling; undefined: none. */
export function toolServerOf({ keyId, wire }: { readonly keyId: string; readonly wire: string }): string | undefined {
  if (wire.startsWith(WIRE)) return wire.slice(WIRE.length);
  return keyId.startsWith(KEY) ? keyId.slice(KEY.length) : undefined;
}
