const body = document.body;
const byId = (id) => document.getElementById(id);

// Cookies and form posts are bound to the one public address: elsewhere signing in would only seem to work.
if (location.origin !== new URL(body.dataset.publicUrl).origin) {
  byId("advice").textContent = `${body.dataset.startCommand} --public-url ${location.origin}`;
  byId("elsewhere").hidden = false;
} else {
  await show();
}

async function show() {
  const answer = await fetch("/v1/me");
  const signedIn = answer.ok;
  byId("signed-in").hidden = !signedIn;
  byId("signed-out").hidden = signedIn;
  byId("register").hidden = body.dataset.registration === "closed";
  if (!signedIn) return;
  const me = await answer.json();
  byId("who").textContent =
    `${me.user.name} (${me.user.email}), ${me.role} of “${me.workspace.name}”, ${me.workspace.credits} credits left.`;
  byId("operator").hidden = !me.operator;
}

for (const [form, url] of [
  ["sign-in", "/v1/auth/login"],
  ["register", "/v1/auth/register"],
]) {
  byId(form).addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = event.target.querySelector(".problem");
    problem.textContent = "";
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(Object.fromEntries(new FormData(event.target))),
      });
      if (answer.ok) await show();
      else problem.textContent = (await answer.json()).detail;
    } catch {
      problem.textContent = "The server can't be reached. Is it running?";
    }
  });
}

byId("sign-out").addEventListener("click", async () => {
  await fetch("/v1/auth/logout", { method: "POST" });
  await show();
});
