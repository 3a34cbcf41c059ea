/** What is done to texts of a reply: nothing · markup shown instead of run · what a browser would run taken out. */
export type SanitizeMode = 'none' | 'escape' | 'strip-active';
