/** What the keys do. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { shortcuts, useKeys } from "../state/keys.js";

export function Help(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const toggle = (): void => {
    if (dialog.current!.open) dialog.current!.close();
    else dialog.current!.showModal();
  };
  useKeys([{ key: "?", does: "this list", run: toggle }]);
  const all = shortcuts.value;
  const distinct = all.filter(({ key }, i) => all.findLastIndex((other) => other.key === key) === i);
  useEffect(() => {
    const own = dialog.current!;
    const outside = (event: MouseEvent): void => {
      if (event.target === own) own.close();
    };
    own.addEventListener("click", outside);
    return () => own.removeEventListener("click", outside);
  }, []);
  return (
    <>
      <button type="button" class="quiet" onClick={toggle} aria-haspopup="dialog">
        <kbd>?</kbd> Keys
      </button>
      <dialog ref={dialog} class="help" aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl>
          {distinct.map(({ key, does }) => (
            <div key={key}>
              <dt>
                <kbd>{key === " " ? "space" : key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <p class="note">
          On a chart: ← and → move the cursor, Enter goes to its step, a drag zooms in and a double click out
          again.
        </p>
        <button type="button" onClick={() => dialog.current!.close()}>
          Close
        </button>
      </dialog>
    </>
  );
}
