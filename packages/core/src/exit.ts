import type { ErrorKind } from './errors.ts';

/** 0 done · 1 bug · 2 bad usage or configuration · 3 the data was refused · 4 not found · 5 a service is down. */
export const EXIT = { done: 0, bug: 1, usage: 2, refused: 3, notFound: 4, down: 5 } as const;

/** Exit code of a process that ends with an error of that kind. */
export const EXIT_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: EXIT.usage,
  not_found: EXIT.notFound,
  conflict: EXIT.refused,
  transient: EXIT.down,
  permanent: EXIT.down,
};
