/** Python's `strftime` of a day, in English whatever the machine's language: what chat templates write dates with. */

const months = "January February March April May June July August September October November December".split(
  " ",
);
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const pad = (n: number, width = 2) => String(n).padStart(width, "0");

/** `date` is `YYYY-MM-DD`, its time midnight. A directive that is not known here stays as it is written. */
export function strftime(date: string, format: string): string {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  const weekday = new Date(`${date}T00:00Z`).getUTCDay();
  const monthName = months[month - 1] as string;
  const dayName = days[weekday] as string;
  const written: Readonly<Record<string, string>> = {
    "%Y": pad(year, 4),
    "%y": pad(year % 100),
    "%m": pad(month),
    "%-m": String(month),
    "%d": pad(day),
    "%-d": String(day),
    "%B": monthName,
    "%b": monthName.slice(0, 3),
    "%A": dayName,
    "%a": dayName.slice(0, 3),
    "%w": String(weekday),
    "%F": date,
    "%H": "00",
    "%I": "12",
    "%M": "00",
    "%S": "00",
    "%p": "AM",
    "%%": "%",
  };
  return format.replace(/%-?[A-Za-z%]/g, (directive) => written[directive] ?? directive);
}
