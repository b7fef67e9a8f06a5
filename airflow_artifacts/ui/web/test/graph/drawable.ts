import { vi } from "vitest";

/** Gives jsdom what xyflow asks of a browser, which lays nothing out either way. */
export const makeDrawable = () => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      readonly #changed: ResizeObserverCallback;

      constructor(changed: ResizeObserverCallback) {
        this.#changed = changed;
      }

      observe(target: Element) {
        this.#changed([{ target } as ResizeObserverEntry], this);
      }

      unobserve() {
        return undefined;
      }

      disconnect() {
        return undefined;
      }
    },
  );
  vi.stubGlobal(
    "DOMMatrixReadOnly",
    class {
      readonly m22 = 1;
    },
  );
};
