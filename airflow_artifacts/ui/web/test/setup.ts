import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

import { answering } from "./api";

// Nothing is asked of a network.
answering({});

// Which jsdom lacks.
vi.stubGlobal("PointerEvent", MouseEvent);

// Whether something is hidden is slow to tell in jsdom, which lays nothing out; machines may be busy.
configure({ asyncUtilTimeout: 10_000, defaultHidden: true });

// jsdom takes what may break a word for a block, which would part the names that are read out.
document.head.append(Object.assign(document.createElement("style"), { textContent: "wbr { display: inline }" }));

// What jsdom does not lay out has no height, and a table that draws what is in sight would draw nothing.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { get: () => 600 },
  clientWidth: { get: () => 1000 },
  offsetHeight: { get: () => 40 },
});
HTMLElement.prototype.scrollTo = () => undefined;

afterEach(cleanup);
