import { BlockList, isIP } from 'node:net';
import { parseCidr } from './address-policy.ts';

/** Which proxy a request goes through, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say it. */
export interface ProxySettings {
  /** Proxy for https addresses; '' or absent: none. */
  readonly https?: string | undefined;
  /** Proxy for http addresses; '' or absent: none. */
  readonly http?: string | undefined;
  /** Hosts that are reached without it: `name`, `.name`, `*.name`, `name:port`, an address, a block, or `*`. */
  readonly except: readonly string[];
}

/** The proxy's address; undefined: the connection is made directly. This machine is never reached through a proxy. */
export function proxyRules(settings: ProxySettings): (url: URL) => URL | undefined {
  const proxies = { 'https:': parsed(settings.https), 'http:': parsed(settings.http) };
  const excepted = settings.except.map((rule) => exception(rule.trim().toLowerCase()));
  return (url) => {
    const proxy = proxies[url.protocol as 'https:' | 'http:'];
    if (proxy === undefined || isThisMachine(hostOf(url))) return undefined;
    return excepted.some((matches) => matches(url)) ? undefined : proxy;
  };
}

/** Throws `TypeError` for what is no http(s) address. */
export function parseProxy(text: string): URL {
  const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('a proxy is an http or https address');
  return url;
}

function parsed(text: string | undefined): URL | undefined {
  return text === undefined || text === '' ? undefined : parseProxy(text);
}

function exception(rule: string): (url: URL) => boolean {
  if (rule === '*') return () => true;
  if (rule === '') return () => false;
  if (/^[0-9a-f.:]+(\/\d+)?$/.test(rule) && isIP(rule.split('/')[0] ?? '') !== 0) return inBlock(rule);
  const [, name = '', port] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(rule) ?? [];
  return (url) => {
    const host = hostOf(url);
    return (host === name || host.endsWith(`.${name}`)) && (port === undefined || port === portOf(url));
  };
}

function inBlock(rule: string): (url: URL) => boolean {
  const [address, bits] = parseCidr(rule);
  const block = new BlockList();
  block.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (url) => {
    const host = hostOf(url);
    const version = isIP(host);
    return version !== 0 && block.check(host, version === 6 ? 'ipv6' : 'ipv4');
  };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function portOf(url: URL): string {
  return url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80';
}
