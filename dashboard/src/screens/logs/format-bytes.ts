const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `12.4 MB`, in powers of 1000, as storage is sold. */
export function formatBytes(bytes: number): string {
  const at = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** at;
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[at]}`;
}
