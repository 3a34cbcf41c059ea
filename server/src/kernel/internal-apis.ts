/** Wires of calls that Weir makes for itself; what they carry was guarded before. */
export const INTERNAL_APIS: readonly string[] = ['guard-judge', 'semantic-cache', 'conversation-summary'];
