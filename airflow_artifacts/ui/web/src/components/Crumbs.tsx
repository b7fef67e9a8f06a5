import { Breadcrumb } from "@chakra-ui/react";
import { Fragment } from "react";
import { Link as RouterLink } from "react-router-dom";

import { listPage } from "src/links";

interface Crumb {
  readonly label: string;
  readonly to: string;
}

interface Props {
  /** What the page shows; its ancestors stand before it. */
  readonly here: string;
  readonly trail?: readonly Crumb[];
}

/** The way from the list of artifacts to a page. */
export const Crumbs = ({ here, trail = [] }: Props) => (
  <Breadcrumb.Root mb={2}>
    <Breadcrumb.List flexWrap="wrap">
      {[{ label: "Artifacts", to: listPage() }, ...trail].map(({ label, to }) => (
        <Fragment key={to}>
          <Breadcrumb.Item>
            <Breadcrumb.Link asChild overflowWrap="anywhere">
              <RouterLink to={to}>{label}</RouterLink>
            </Breadcrumb.Link>
          </Breadcrumb.Item>
          <Breadcrumb.Separator />
        </Fragment>
      ))}
      <Breadcrumb.Item>
        <Breadcrumb.CurrentLink overflowWrap="anywhere">{here}</Breadcrumb.CurrentLink>
      </Breadcrumb.Item>
    </Breadcrumb.List>
  </Breadcrumb.Root>
);
