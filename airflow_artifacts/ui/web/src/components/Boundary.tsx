import { Component, type ReactNode } from "react";

import { Failure } from "src/components/Failure";

/** Shows what went wrong in a part of the page in its place, and lets the rest stand. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <Failure error={this.state.error} />;
  }
}
