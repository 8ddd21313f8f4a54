import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";

it("tells when one is somebody else or elsewhere, and of nothing else", async () => {
  vi.stubGlobal("location", { origin: "https://drum.example" });
  const { watchIdentity } = await import("./watch-identity.ts");
  const { meQuery } = await import("./queries/me.ts");
  const queryClient = new QueryClient();
  const onChange = vi.fn();
  const stop = watchIdentity({ queryClient, onChange });
  const me = (user: string, workspace: string, credits: number) =>
    queryClient.fetchQuery({
      ...meQuery,
      staleTime: 0,
      queryFn: async () => ({ user: { id: user }, workspace: { id: workspace, credits } }) as never,
    });
  await me("mara", "one", 10);
  await me("mara", "one", 9);
  queryClient.setQueryData(["posts"], []);
  expect(onChange).not.toHaveBeenCalled();
  await me("mara", "two", 9);
  expect(onChange).toHaveBeenCalledTimes(1);
  await me("noor", "two", 9);
  expect(onChange).toHaveBeenCalledTimes(2);
  stop();
  queryClient.clear();
  vi.unstubAllGlobals();
});
