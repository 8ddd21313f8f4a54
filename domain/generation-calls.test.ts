import { expect, it } from "vitest";
import { decideCall } from "./generation-calls.ts";

it("asks where nobody did, and again after an answer that said to", () => {
  expect(decideCall(undefined)).toEqual({ do: "ask", answerLost: false });
  expect(decideCall({ status: "open", answersLost: 1 })).toEqual({ do: "ask", answerLost: false });
});

it("asks once more after an answer was lost, and then no more", () => {
  expect(decideCall({ status: "asked", answersLost: 0 })).toEqual({ do: "ask", answerLost: true });
  expect(decideCall({ status: "asked", answersLost: 1 })).toEqual({ do: "give_up" });
});

it("does again what costs nothing as often as it must", () => {
  expect(decideCall({ status: "asked", answersLost: 1 }, "free")).toEqual({
    do: "ask",
    answerLost: false,
  });
});

it("never starts a job again whose start got no answer", () => {
  expect(decideCall({ status: "asked", answersLost: 0 }, "never")).toEqual({ do: "give_up" });
  expect(decideCall({ status: "open", answersLost: 0 }, "never")).toMatchObject({ do: "ask" });
});

it("never asks for what was started or has ended", () => {
  expect(decideCall({ status: "started", answersLost: 0 })).toEqual({ do: "look" });
  expect(decideCall({ status: "answered", answersLost: 0 })).toMatchObject({ do: "nothing" });
  expect(decideCall({ status: "failed", answersLost: 0 })).toMatchObject({ do: "nothing" });
});
