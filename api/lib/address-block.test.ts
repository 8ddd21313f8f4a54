import { expect, it } from "vitest";
import { addressBlock } from "./address-block.ts";

it("is an IPv4 address, also where it is written as IPv6", () => {
  expect(addressBlock("192.0.2.7")).toBe("192.0.2.7");
  expect(addressBlock("::ffff:192.0.2.7")).toBe("192.0.2.7");
});

it("is the network of 64 bits of an IPv6 address, however it is written", () => {
  expect(addressBlock("2001:db8::1")).toBe(addressBlock("2001:0db8:0:0:ffff:1:2:3"));
  expect(addressBlock("2001:db8::1")).not.toBe(addressBlock("2001:db8:0:1::1"));
});

it("is the text itself where that is no address", () => {
  expect(addressBlock("unix")).toBe("unix");
});
