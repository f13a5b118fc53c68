/** Styles that Vite bundles: files, and the style of reports, which is made by code. */
declare module "*.css";
