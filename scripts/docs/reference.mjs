/** Every page of docs/reference that is made from the code, by path. `npm run docs:reference` writes them; a test holds them to be current. */
import { aboutProgram } from "../../dist/cli/program.js";
import { commandPages, configPage } from "./commands.mjs";
import { errorPage } from "./errors/page.mjs";
import { scan, sources } from "./errors/scan.mjs";
import { libraryPages } from "./library/pages.mjs";
import { metricPage } from "./metrics.mjs";

export const referencePages = () =>
  new Map([
    ...commandPages(aboutProgram),
    ["config.md", configPage(aboutProgram)],
    ["metrics.md", metricPage()],
    ["errors.md", errorPage(scan(sources()))],
    ...libraryPages(),
  ]);
