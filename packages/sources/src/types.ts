/** A file that a source yields, whole. */
export type IncomingFile = {
  /** Safe to store and to show (`safeFileName`). */
  readonly name: string;
  readonly bytes: Buffer;
  /** Where it came from, for people: no secret, no full address of a person. */
  readonly origin: string;
  readonly receivedAt?: Date;
  /** Tells it from every other one of its source; the same file again has the same. */
  readonly key: string;
};

/** Something of a message or an answer that was not yielded as a file, and why, for people. */
export type PassedOver = { readonly name: string; readonly code: string; readonly why: string };
