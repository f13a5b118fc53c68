/** The gradient of all lanes in one, and its norm. */
import { sum } from "../../../numbers.js";
import { gradientSumProgram, lane } from "../programs/gradient-sum.js";
import { floats, floatsOf } from "../runtime/tensor.js";
import { Queue } from "../tasks/claims.js";
import { together } from "../tasks/together.js";
import type { Programs } from "../training/passes.js";

/** Squares are summed in single precision over so many, and these sums in double. */
const ROW = 4096;
/** Rows of one run of the program: what is worked on stays in the processor's caches. */
const ROWS = 64;
/** Between these no square that counts vanishes or overflows in single precision. */
const SAFE = { least: 1e-20, most: 1e36 } as const;

/** Adds all lanes into the first, leaving zeros in the others, part after part by all streams: Σ g² of each part. */
export function sumLanes(
  streams: readonly Programs[],
  lanes: readonly [Float32Array, ...Float32Array[]],
): Promise<number[]> {
  const part = ROW * ROWS;
  const parameters = lanes[0].length;
  const sumPart = (programs: Programs) => async (job: number) => {
    const from = job * part;
    const to = Math.min(parameters, from + part);
    const whole = to - ((to - from) % ROW);
    return (
      (await sumRows(programs, lanes, from, whole, ROW)) +
      (await sumRows(programs, lanes, whole, to, to - whole))
    );
  };
  return together(new Queue(Math.ceil(parameters / part)), streams.map(sumPart));
}

async function sumRows(
  programs: Programs,
  lanes: readonly Float32Array[],
  from: number,
  to: number,
  width: number,
): Promise<number> {
  if (from === to) return 0;
  const program = programs(`gradient-sum/${lanes.length}`, () => gradientSumProgram(lanes.length));
  const views = lanes.map((values) => values.subarray(from, to));
  const tensors = views.map((view) => floats(view, [(to - from) / width, width]));
  const feeds = Object.fromEntries(tensors.map((tensor, i) => [lane(i), tensor]));
  const outputs = await program.run(feeds, { sum: tensors[0]! });
  for (const view of views.slice(1)) view.fill(0);
  return sum(floatsOf(outputs, "squares"));
}

/** √Σ g² of the sums of all parts, or exactly where these say too little. */
export function normOf(squares: ArrayLike<number>, gradient: () => Float32Array): number {
  const total = sum(squares);
  return total >= SAFE.least && total <= SAFE.most ? Math.sqrt(total) : globalNorm(gradient());
}

/**
 * √Σ g², accumulated in double precision, where no square overflows: finite exactly when every gradient is.
 */
export function globalNorm(grad: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < grad.length; i++) sum += (grad[i] as number) ** 2;
  return Math.sqrt(sum);
}
