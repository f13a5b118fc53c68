/** The Goodhart curve: accuracy and reward over the distance from the start, with the fit beside the points. */
import type { VNode } from "preact";
import type { GoodhartFit } from "../../../core/monitor/course/goodhart.js";
import { MISSING, percent, plainNumber } from "../../report/format.js";
import { type Axes, line, place, Square } from "../../report/view/axes.js";
import type { AuditedGoodhart } from "../analysis/goodhart.js";
import type { Audit } from "../audit-result.js";

const CURVE_POINTS = 80;

export function Goodhart({ goodhart }: Pick<Audit, "goodhart">): VNode | null {
  if (goodhart === null) return null;
  const farthest = Math.max(...goodhart.points.map(({ distance }) => distance));
  if (!(farthest > 0)) return null;
  const fit = goodhart.accuracy?.reinforcement ?? null;
  return (
    <>
      <p>
        What optimising the proxy costs (<a href="https://arxiv.org/abs/2210.10760">Gao et al. 2022</a>): past
        the peak, more distance buys reward and no accuracy.
      </p>
      <figure class="drawing">
        <Drawing points={goodhart.points} farthest={farthest} fit={fit} />
        <figcaption>
          <span class="name arm-srt">
            <i class="swatch" />
            accuracy, a dot a step{fit !== null && ", with its fit"}
          </span>{" "}
          <span class="name arm-fixedTeacher">
            <i class="swatch" />
            reward, a square
          </span>
        </figcaption>
      </figure>
      <Fits goodhart={goodhart} />
    </>
  );
}

function Drawing({
  points,
  farthest,
  fit,
}: {
  readonly points: AuditedGoodhart["points"];
  readonly farthest: number;
  readonly fit: GoodhartFit | null;
}): VNode {
  const axes: Axes = {
    width: 560,
    height: 300,
    x: [0, farthest],
    y: [0, Math.max(1, ...points.map(({ reward }) => reward ?? 0))],
    xLabel: "distance from the starting policy, √KL of a completion",
    tick: (value) => String(Number(value.toPrecision(2))),
  };
  return (
    <Square axes={axes} description="accuracy and reward over the distance from the starting policy">
      {points.map(({ distance, reward }) => {
        if (reward === null) return null;
        const [x, y] = place(axes, distance, reward);
        return <rect class="dot arm-fixedTeacher" x={x - 2.3} y={y - 2.3} width="4.6" height="4.6" />;
      })}
      {points.map(({ distance, accuracy }) => {
        if (accuracy === null) return null;
        const [x, y] = place(axes, distance, accuracy);
        return <circle class="dot arm-srt" cx={x} cy={y} r="2.6" />;
      })}
      {fit && (
        <path
          class="fit arm-srt"
          d={line(
            axes,
            Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
              const d = (farthest * i) / CURVE_POINTS;
              return [d, fit.start + (d === 0 ? 0 : d * (fit.alpha - fit.beta * Math.log(d)))] as const;
            }),
          )}
        />
      )}
    </Square>
  );
}

function Fits({ goodhart }: { readonly goodhart: AuditedGoodhart }): VNode | null {
  const rows = (["accuracy", "reward"] as const).flatMap((name) => [
    { title: `${name}: R₀ + d(α − β ln d)`, fit: goodhart[name]?.reinforcement },
    { title: `${name}: R₀ + d(α − β d)`, fit: goodhart[name]?.bestOfN },
  ]);
  const known = rows.flatMap(({ title, fit }) => (fit ? [{ title, fit }] : []));
  if (known.length === 0) return null;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {["fit", "α", "β", "peak at √KL", "height", "error"].map((head) => (
              <th scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.map(({ title, fit }) => (
            <tr>
              <th scope="row">{title}</th>
              <td>{plainNumber(fit.alpha)}</td>
              <td>{plainNumber(fit.beta)}</td>
              <td>{fit.peak === null ? MISSING : plainNumber(fit.peak)}</td>
              <td>{percent(fit.height)}</td>
              <td>{plainNumber(fit.error)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
