/** Agreement as a confidence: how often a majority is right by how much it agreed, at the start, the peak and the end. */
import type { VNode } from "preact";
import { percent, plainNumber } from "../../report/format.js";
import { ReliabilityDiagram } from "../../report/view/reliability.js";
import type { ReliabilityAt } from "../analysis/reliability.js";
import type { Audit } from "../audit-result.js";

export function Reliability({ reliability }: Pick<Audit, "reliability">): VNode | null {
  if (reliability.length === 0) return null;
  return (
    <>
      <p>
        On the diagonal agreement means what it says. Below it the policy is surer than it is right. A hacked
        run agrees on everything, and its agreement tells right from wrong no longer (AUROC near 50%).
      </p>
      <div class="plots three">
        {reliability.map((own) => (
          <ReliabilityDiagram title={own.at} note={stepsOf(own)} bins={own.bins} />
        ))}
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {HEADS.map((head) => (
                <th scope="col">{head}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {reliability.map((own) => (
              <Row own={own} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const HEADS = [
  "when",
  "votes",
  "agreement",
  "majority right",
  "calibration error",
  "AUROC",
  "Brier = reliability − resolution + uncertainty",
];

const stepsOf = ({ from, to }: ReliabilityAt): string =>
  from === to ? `step ${from}` : `steps ${from}–${to}`;

function Row({ own }: { readonly own: ReliabilityAt }): VNode {
  const { brier } = own;
  return (
    <tr>
      <th scope="row">
        {own.at} <small>{stepsOf(own)}</small>
      </th>
      <td>{own.votes}</td>
      <td>{percent(own.agreement)}</td>
      <td>{percent(own.majorityAccuracy)}</td>
      <td>{percent(own.ece)}</td>
      <td>{percent(own.auroc)}</td>
      <td>
        {brier &&
          `${plainNumber(brier.score)} = ${plainNumber(brier.reliability)} − ${plainNumber(brier.resolution)} + ${plainNumber(brier.uncertainty)}`}
      </td>
    </tr>
  );
}
