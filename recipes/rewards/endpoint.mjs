/**
 * A reward endpoint to begin with: pays 1 for the majority answer, and takes a tenth off for a completion longer than the group's
 * mean. Run `node recipes/rewards/endpoint.mjs [PORT]`, then train with `recipes/rewards/http.yaml`.
 *
 * It is sent a group at a time: `{step, prompt: {id, text}, completions: [{text, answer, finish, tokens}], vote: {label, agreement, …}}`, and
 * answers `{"rewards": [one number a completion]}`, or `{"rewards": null}` for a group that is to give no reward.
 */
import { createServer } from "node:http";

const port = Number(process.argv[2] ?? 8378);

function score({ completions, vote }) {
  if (vote.label === null) return null;
  const mean = completions.reduce((sum, { tokens }) => sum + tokens, 0) / completions.length;
  return completions.map(({ answer, tokens }) => (answer === vote.label ? 1 - (tokens > mean ? 0.1 : 0) : 0));
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ rewards: score(JSON.parse(Buffer.concat(chunks).toString())) }));
}).listen(port, "127.0.0.1", () => console.log(`rewards at http://127.0.0.1:${port}/score`));
