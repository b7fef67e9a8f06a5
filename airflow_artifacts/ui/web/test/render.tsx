import { ChakraProvider, defaultSystem } from "@chakra-ui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, type RenderResult } from "@testing-library/react";
import axe from "axe-core";
import type { ReactNode } from "react";
import { MemoryRouter, useLocation, useNavigate } from "react-router-dom";
import { expect, vi } from "vitest";

interface Where {
  /** The address, with its query. */
  at: string;
  /** As the browser's button does. */
  back: () => void;
}

/** Shows a part of the page as Airflow would: with its look, at an address, with a cache of its own. */
export const show = (part: ReactNode, at = "/"): RenderResult & Where => {
  const where: Where = { at, back: () => undefined };
  const Spy = () => {
    const location = useLocation();
    const navigate = useNavigate();
    Object.assign(where, { at: location.pathname + location.search, back: () => void navigate(-1) });
    return null;
  };
  const rendered = render(
    <ChakraProvider value={defaultSystem}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter initialEntries={[at]}>
          {part}
          <Spy />
        </MemoryRouter>
      </QueryClientProvider>
    </ChakraProvider>,
  );
  return Object.assign(where, rendered);
};

/** Lets what is drawn as far as it is in sight be in sight: jsdom gives everything no size. */
export const withSizes = () => {
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(800);
};

/** Nothing that hinders people with disabilities, as far as it can be told without a layout. */
export const expectAccessible = async (element: Element) => {
  const { violations } = await axe.run(element, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
};
