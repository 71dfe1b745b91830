// What an answer means for an entry: only an answer that names the very request says that it is saved.

const events = (header) => { try { return JSON.parse(header || "{}"); } catch { return {}; } };

// `status` 0: no answer at all. Gives { outcome, detail }: saved, network, server, out, token, or refused with `why`.
export const judge = (status, header, saveKey) => {
  const told = events(header);
  if (!status) return { outcome: "network", detail: {} };
  if (status >= 500 || status === 408 || status === 429) return { outcome: "server", detail: {} };
  if (status === 401) return { outcome: "out", detail: {} };
  if (status === 403) return { outcome: "token", detail: {} };
  const saved = told["kp:saved"];
  if (status < 300 && saved?.save_key && saved.save_key === saveKey) return { outcome: "saved", detail: saved };
  const unsaved = told["kp:unsaved"];
  if (status === 409) return { outcome: "refused", detail: { why: "conflict", text: unsaved?.text ?? "" } };
  if (status === 422 && unsaved) return { outcome: "refused", detail: unsaved };
  return { outcome: "refused", detail: { why: "denied", text: "" } };
};
