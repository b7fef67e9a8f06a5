import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

import { answer } from "./api";

vi.stubGlobal("fetch", answer);

// Which jsdom lacks.
vi.stubGlobal("PointerEvent", MouseEvent);

// Whether something is hidden is slow to tell in jsdom, which lays nothing out; machines may be busy.
configure({ asyncUtilTimeout: 10_000, defaultHidden: true });

// What jsdom does not lay out has no height, and a table that draws what is in sight would draw nothing.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { get: () => 600 },
  clientWidth: { get: () => 1000 },
  offsetHeight: { get: () => 40 },
});
HTMLElement.prototype.scrollTo = () => undefined;

afterEach(cleanup);
