import ipaddr from "ipaddr.js";

/**
 * What counts as one address where tries and requests are limited: an IPv4 address, or the /64 network of an IPv6 one,
 * which is what one subscriber has (RFC 6177). Text that is no address stands for itself.
 */
export function addressBlock(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${parsed.toByteArray().slice(0, 8).join(".")}/64`;
}
