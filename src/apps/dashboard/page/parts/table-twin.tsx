/** A panel as a table, 25 rows a page: the form of it that needs no eyes for colours. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { plainNumber } from "../../../report/format.js";
import type { Table } from "../lib/save.js";

const ROWS = 25;

export function TableTwin({ title, table }: { readonly title: string; readonly table: Table }): VNode {
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(table.rows.length / ROWS));
  const at = Math.min(page, pages - 1);
  return (
    <div class="twin">
      <div class="scroll" tabIndex={0} role="region" aria-label={`${title} as a table`}>
        <table class="data">
          <thead>
            <tr>
              {table.columns.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(at * ROWS, (at + 1) * ROWS).map((row, i) => (
              <tr key={at * ROWS + i}>
                {row.map((value, k) => (
                  <td key={table.columns[k]}>
                    {typeof value === "number" ? plainNumber(value) : String(value ?? "")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <p class="pages">
          <button type="button" disabled={at === 0} onClick={() => setPage(at - 1)}>
            Previous
          </button>
          rows {at * ROWS + 1} to {Math.min(table.rows.length, (at + 1) * ROWS)} of {table.rows.length}
          <button type="button" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
            Next
          </button>
        </p>
      )}
    </div>
  );
}
