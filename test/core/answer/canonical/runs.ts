/** How often properties are tried: `PROPERTY_SCALE=20 npx vitest run test/answer/canonical` tries each 20 times as often. */
const scale = Number(process.env.PROPERTY_SCALE ?? 1);

export const runs = (usual: number): number => Math.max(1, Math.round(usual * scale));
