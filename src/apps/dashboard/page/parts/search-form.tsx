/** What is searched for. `/` goes to its first field. */
import type { RefObject, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { SearchQuery } from "../../api/index.js";
import { type Patch, params } from "../state/url.js";

interface Field {
  readonly name: keyof SearchQuery;
  readonly label: string;
  readonly kind: "text" | "number";
  readonly choices?: readonly string[];
}

export const FIELDS: readonly Field[] = [
  { name: "text", label: "text", kind: "text" },
  { name: "regex", label: "or regular expression", kind: "text" },
  { name: "answer", label: "answer", kind: "text" },
  { name: "right", label: "verdict", kind: "text", choices: ["right", "wrong", "unknown", "none"] },
  { name: "prompt", label: "id of the prompt", kind: "text" },
  { name: "stepFrom", label: "step from", kind: "number" },
  { name: "stepTo", label: "step to", kind: "number" },
  { name: "rewardFrom", label: "reward from", kind: "number" },
  { name: "rewardTo", label: "reward to", kind: "number" },
  { name: "tokensFrom", label: "tokens from", kind: "number" },
  { name: "tokensTo", label: "tokens to", kind: "number" },
  { name: "agreementFrom", label: "agreement from", kind: "number" },
  { name: "agreementTo", label: "agreement to", kind: "number" },
  { name: "finish", label: "finish", kind: "text", choices: ["stop", "length"] },
  { name: "rejected", label: "rejected", kind: "text", choices: ["yes", "no"] },
];
const FIRST = 4;

export function SearchForm({ onSearch }: { readonly onSearch: (patch: Patch) => void }): VNode {
  const form = useRef<HTMLFormElement>(null);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const data = new FormData(form.current!);
    onSearch(
      Object.fromEntries(FIELDS.map(({ name }) => [name, String(data.get(name) ?? "").trim() || null])),
    );
  };
  const field = ({ name, label, kind, choices }: Field, i: number): VNode => (
    <label key={name} for={`search-${name}`}>
      {label}{" "}
      {choices ? (
        <select id={`search-${name}`} name={name} value={params.value.get(name) ?? ""}>
          <option value="">any</option>
          {choices.map((choice) => (
            <option value={choice} key={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <Input name={name} kind={kind} {...(i === 0 ? { own: first } : {})} />
      )}
    </label>
  );
  const more = FIELDS.slice(FIRST);
  return (
    <form class="search" role="search" ref={form} onSubmit={submit} key={params.value.get("text")}>
      {FIELDS.slice(0, FIRST).map(field)}
      <details open={more.some(({ name }) => params.value.has(name))}>
        <summary>more filters</summary>
        <div>{more.map((own) => field(own, -1))}</div>
      </details>
      <button type="submit">Search</button>
    </form>
  );
}

function Input({
  name,
  kind,
  own,
}: {
  readonly name: string;
  readonly kind: Field["kind"];
  readonly own?: RefObject<HTMLInputElement | null>;
}): VNode {
  const defaultValue = params.value.get(name) ?? "";
  const id = `search-${name}`;
  if (kind === "number")
    return <input id={id} name={name} type="number" step="any" defaultValue={defaultValue} />;
  return (
    <input id={id} name={name} type="search" defaultValue={defaultValue} {...(own ? { ref: own } : {})} />
  );
}
