import { expect, it } from "vitest";
import { ApiProblem } from "./problem.ts";

const problem = new ApiProblem({
  status: 422,
  code: "invalid_request",
  title: "Not valid",
  detail: "The body is not valid: /email is none; /schedule/times/0 is none; /odd is none",
  errors: [
    { pointer: "/email", detail: "is no address" },
    { pointer: "/schedule/times/0", detail: "is no time" },
    { pointer: "/odd", detail: "is unknown" },
  ],
});

it("says at a field what is said of it or of something in it", () => {
  expect(problem.at("/email")).toBe("is no address");
  expect(problem.at("/schedule/times")).toBe("is no time");
  expect(problem.at("/schedule/time")).toBeUndefined();
});

it("leaves for the alert what no field of the form says", () => {
  expect(problem.beside(["/email", "/schedule/times", "/odd"])).toBeUndefined();
  expect(problem.beside(["/email", "/schedule/times"])?.detail).toBe("is unknown");
  expect(problem.beside(["/name"])).toBe(problem);
  const plain = new ApiProblem({ status: 409, code: "taken", title: "Taken", detail: "It is." });
  expect(plain.beside(["/email"])).toBe(plain);
});
