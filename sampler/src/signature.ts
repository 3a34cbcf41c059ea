/** Version of the rules below. A policy made with another version names no pattern of ours. */
export const SIGNATURE_VERSION = 1;
