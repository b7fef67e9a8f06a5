import { ChakraProvider, defaultSystem } from "@chakra-ui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter, useLocation, useNavigate } from "react-router-dom";

interface Where {
  /** The address, with its query. */
  at: string;
  /** As the browser's button does. */
  back: () => void;
}

/** Renders as Airflow's page would: with its look, at an address, with answers of its own. */
export const show = (shown: ReactNode, at = "/"): Where => {
  const where: Where = { at, back: () => undefined };
  const Spy = () => {
    const location = useLocation();
    const navigate = useNavigate();
    Object.assign(where, { at: location.pathname + location.search, back: () => void navigate(-1) });
    return null;
  };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <ChakraProvider value={defaultSystem}>
      <QueryClientProvider client={client}>
        <MemoryRouter initialEntries={[at]}>
          {shown}
          <Spy />
        </MemoryRouter>
      </QueryClientProvider>
    </ChakraProvider>,
  );
  return where;
};
