import { Anchor, Button, NavLink, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

/** A button's looks on what is a link, to everybody. */
function AnchorButton(props: ButtonProps & Omit<ComponentPropsWithRef<"a">, keyof ButtonProps>) {
  return <Button component="a" {...props} />;
}

/** Mantine's looks with the router's typed addresses. */
export const LinkButton = createLink(AnchorButton);
export const LinkAnchor = createLink(Anchor<"a">);
export const LinkNav = createLink(NavLink<"a">);
