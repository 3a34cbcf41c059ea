import type { Browser } from 'playwright-core';
import { Scene, type SceneOptions } from '../../chaos/support/scene.ts';
import { openBrowser, type View, Visitor } from './browser.ts';

/** A real server in front of simulated providers, and a browser to look at it. */
export class Stand {
  readonly scene: Scene;
  readonly browser: Browser;

  private constructor(scene: Scene, browser: Browser) {
    this.scene = scene;
    this.browser = browser;
  }

  static async start(options: SceneOptions = {}): Promise<Stand> {
    const [scene, browser] = await Promise.all([Scene.start(options), openBrowser()]);
    return new Stand(scene, browser);
  }

  get url(): string {
    return this.scene.weir.url;
  }

  /** Somebody who is not signed in. */
  visitor(view?: View): Promise<Visitor> {
    return Visitor.come(this.browser, { url: this.url, ...(view === undefined ? {} : { view }) });
  }

  /** Somebody signed in, the admin unless another key is given. */
  async person(options: { readonly view?: View; readonly key?: string } = {}): Promise<Visitor> {
    const visitor = await this.visitor(options.view);
    await visitor.signIn(options.key ?? this.scene.weir.adminKey);
    return visitor;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.scene.close();
  }
}
