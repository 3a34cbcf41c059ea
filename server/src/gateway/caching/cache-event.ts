/** What the cache did for a call. `coalesced` comes besides `hit`; `stored` comes besides `miss`. */
export type CacheEvent = 'hit' | 'semantic' | 'miss' | 'coalesced' | 'stored';
