/** An endpoint on loopback that does as it is told, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly headers: IncomingMessage["headers"];
  readonly body: {
    readonly step: number;
    readonly prompt: { readonly id: string; readonly text: string };
    readonly completions: readonly { readonly text: string; readonly answer: string | null }[];
    readonly vote: { readonly label: string | null; readonly classes: readonly unknown[] };
  };
}

export type Answering = (asked: Asked, response: ServerResponse, count: number) => void | Promise<void>;

/** Gone when the test is. */
export async function endpointServer(answer: Answering): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) };
    asked.push(one);
    await answer(one, response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/score`, asked };
}

/** Pays as the majority that it was sent, so that a run can be compared with one that pays so itself. */
export const payMajority: Answering = ({ body: { completions, vote } }, response) => {
  const rewards = completions.map(({ answer }) => (answer !== null && answer === vote.label ? 1 : 0));
  response.end(JSON.stringify({ rewards: vote.label === null ? null : rewards }));
};
