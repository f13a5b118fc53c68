/** A heading's anchor, as GitHub makes it: one link leads to the same place in the clone and on the site. */
export const slug = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Pc}\s-]/gu, "")
    .replace(/\s/g, "-");
