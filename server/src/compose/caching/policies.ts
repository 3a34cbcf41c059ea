import { hash } from 'node:crypto';
import type { Config } from '../../config/schema.ts';

/** What decides whether a reply may be given at all: a change of it must not meet replies that passed the old one. */
const SECTIONS = ['guardrails', 'validation', 'sanitize'];

/** The versions of the configuration's guard and validation policies, found once per configuration. */
export class PolicyVersions {
  #config: Config | undefined;
  #version = '';

  of(config: Config): string {
    if (config === this.#config) return this.#version;
    this.#config = config;
    const sections = config as unknown as Record<string, unknown>;
    this.#version = hash('sha256', JSON.stringify(SECTIONS.map((name) => sections[name] ?? null)), 'hex').slice(0, 16);
    return this.#version;
  }
}
