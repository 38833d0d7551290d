/** Untyped, and without exports: `by-simjs.ts` says what it uses of it. */
declare module 'simjs' {}
