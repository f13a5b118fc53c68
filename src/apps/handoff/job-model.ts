/** The model of a job: where it is taken from, and how prompts are written for it where it is only to go on with them. */
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import type { ModelPlace } from "./target.js";

/** A chat template for targets that always use one: the text itself, after what a sequence starts with. */
export const PASS_THROUGH = ({ startTokens }: Pick<Tokenizer, "startTokens">): string =>
  `${startTokens.length > 0 ? "{{ bos_token }}" : ""}{% for message in messages %}{{ message['content'] }}{% endfor %}`;

/** Lines of a shell script that download the model into the job folder, once; `then` follows the download. */
export function downloadLines(place: ModelPlace, then = ""): string {
  if (place.kind !== "downloaded") return "";
  const revision = place.revision === null ? "" : ` --revision ${place.revision}`;
  return `if [ ! -e model/config.json ]; then
  hf download ${place.id}${revision} --local-dir model
${then === "" ? "" : `  ${then}\n`}fi
`;
}
