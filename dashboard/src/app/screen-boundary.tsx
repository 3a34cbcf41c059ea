import { Component, type ReactNode } from 'react';

/** Keeps the navigation when a screen breaks, and says so. */
export class ScreenBoundary extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div role="alert">
        <h1>This screen broke</h1>
        <p>{error.message}</p>
        <p>
          <a href={location.href}>Load it again</a>
        </p>
      </div>
    );
  }
}
