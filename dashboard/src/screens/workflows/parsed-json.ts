/** What a person typed, as JSON; `mistake` says why it is none. */
export function parsedJson(text: string): { readonly value: unknown; readonly mistake: string | undefined } {
  try {
    return { value: JSON.parse(text), mistake: undefined };
  } catch (error) {
    return { value: undefined, mistake: `This is not JSON yet: ${(error as Error).message}` };
  }
}
