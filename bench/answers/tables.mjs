/** What the benchmark of answers prints: sources, rules, votes, and Math-Verify beside ours. */

const percent = (part, whole) => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)}%`);
const micro = (value) => value.toFixed(1);

export function tables({ sources, all, votes, peer }) {
  const named = [...Object.entries(sources), ["all", all]];
  return [
    [
      ["answers", "completions", "stated", "found", "right", "no answer", "median µs", "slowest ms"],
      ...named.map(([name, figures]) => sourceRow(name, figures)),
    ],
    [
      ["rule", "decided", "as stated", "otherwise", "of all", ""],
      ...Object.entries(all.rules).map(([rule, counts]) => ruleRow(rule, counts, "")),
      ...Object.entries(sources).flatMap(([name, { rules }]) =>
        Object.entries(rules)
          .filter(([, { wrong }]) => wrong > 0)
          .map(([rule, counts]) => ruleRow(rule, counts, name)),
      ),
    ],
    ...(votes.length === 0
      ? []
      : [
          [
            ["votes of", "answers needed", "groups", "labels", "right", "lost", "right"],
            ...votes.map(voteRow),
          ],
        ]),
    peerTable(peer),
  ];
}

function sourceRow(name, { completions, answered, stated, right, microseconds }) {
  return [
    name,
    String(completions),
    String(stated.rows),
    percent(stated.found, stated.rows),
    percent(right, completions),
    percent(completions - answered, completions),
    micro(microseconds.median),
    (microseconds.slowest / 1000).toFixed(2),
  ];
}

const ruleRow = (rule, { hits, right, wrong }, source) => [
  rule,
  String(hits),
  String(right),
  String(wrong),
  percent(right, right + wrong),
  source,
];

const voteRow = ({ size, minimum, groups, kept, taken }) => [
  String(size),
  String(minimum),
  String(groups),
  percent(kept.labels, groups),
  percent(kept.right, kept.labels),
  String(taken.labels),
  percent(taken.right, taken.labels),
];

function peerTable({ version, reason, sources }) {
  if (version === null) return [[`Math-Verify is not beside ours: ${reason}`]];
  return [
    [`Math-Verify ${version}`, "rows", "found", "ours", "right", "ours", "median µs", "ours"],
    ...Object.entries(sources).map(([name, { rows, theirs, ours }]) => [
      name,
      String(rows),
      percent(theirs.found, rows),
      percent(ours.found, rows),
      percent(theirs.right, rows),
      percent(ours.right, rows),
      micro(theirs.microseconds),
      micro(ours.microseconds),
    ]),
  ];
}
