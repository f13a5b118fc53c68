/** Width that wide drawings have in their own units: on a narrow window fewer, so that their letters can still be read. */
export const drawingWidth = (): number => (matchMedia("(max-width: 720px)").matches ? 420 : 900);
